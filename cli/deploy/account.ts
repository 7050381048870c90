import { z } from "zod";
import { type Finding, fix, note, ok } from "./finding.ts";
import type { Said, Wrangler } from "./wrangler.ts";

const whoamiSchema = z.object({
  loggedIn: z.boolean(),
  email: z.string().optional(),
  accounts: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
});

/**
 * Whether Cloudflare knows whoever deploys.
 *
 * @param accountId - the one that wrangler.toml or the environment names, if one does.
 */
export async function checkAccount(wrangler: Wrangler, accountId?: string): Promise<Finding[]> {
  const said = await wrangler("whoami", "--json");
  const parsed = whoamiSchema.safeParse(tryJson(said.output));
  if (!parsed.success) {
    return [fix(`Cloudflare could not be asked who you are: ${lastWords(said)}`)];
  }
  const { loggedIn, email, accounts } = parsed.data;
  if (!loggedIn) {
    return [
      fix(
        "You are not logged in to Cloudflare: run `npm run wrangler -- login`, or set CLOUDFLARE_API_TOKEN to a token that may edit Workers.",
      ),
    ];
  }
  if (accounts.length > 1 && accountId === undefined) {
    const list = accounts.map(({ id, name }) => `${id} (${name})`).join(", ");
    return [fix(`You have several accounts: set CLOUDFLARE_ACCOUNT_ID to one of ${list}.`)];
  }
  const account = accounts.find(({ id }) => id === accountId) ?? accounts[0];
  return [
    ok(`You are logged in${email ? ` as ${email}` : ""}: account ${account?.name ?? accountId}.`),
  ];
}

const secretsSchema = z.array(z.object({ name: z.string() }));

/** The secrets that the deployed Worker has; nothing is known of one that was never deployed. */
export async function readSecrets(
  wrangler: Wrangler,
  environment: string,
): Promise<{ readonly names: readonly string[]; readonly findings: Finding[] }> {
  const said = await wrangler("secret", "list", "--env", environment, "--format", "json");
  const parsed = secretsSchema.safeParse(tryJson(said.output));
  if (!parsed.success) {
    const text = `No secrets were found (before the first deployment there are none): ${lastWords(said)}`;
    return { names: [], findings: [note(text)] };
  }
  const names = parsed.data.map(({ name }) => name);
  const list = names.length === 0 ? "none" : names.join(", ");
  return { names, findings: [ok(`Secrets that are set: ${list}.`)] };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The line that says most, without colours. */
function lastWords({ errors, output, status }: Said): string {
  const lines = `${output}\n${errors}`.split("\n").map((line) => line.replace(colours, "").trim());
  const words = lines.find((line) => /error/i.test(line)) ?? lines.findLast(Boolean);
  return words ?? `wrangler ended with status ${status}.`;
}

const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
