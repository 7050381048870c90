import { z } from "zod";
import { type Finding, fix, note, ok } from "./finding.ts";
import type { Wrangler, WranglerOutput } from "./wrangler.ts";

const whoamiSchema = z.object({
  loggedIn: z.boolean(),
  email: z.string().optional(),
  accounts: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
});

/**
 * Checks that the user is logged in to Cloudflare, with one account.
 *
 * @param accountId - the account that wrangler.toml or the environment names, if any.
 */
export async function checkAccount(wrangler: Wrangler, accountId?: string): Promise<Finding[]> {
  const answer = await wrangler("whoami", "--json");
  const parsed = whoamiSchema.safeParse(tryJson(answer.output));
  if (!parsed.success) {
    return [fix(`Your Cloudflare account could not be checked: ${errorLine(answer)}`)];
  }
  const { loggedIn, email, accounts } = parsed.data;
  if (!loggedIn) {
    return [
      fix(
        "You are not logged in to Cloudflare: run `npm run wrangler -- login`, or set CLOUDFLARE_API_TOKEN to a token with permission to edit Workers.",
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

/** Lists the secrets of the deployed Worker. Before the first deployment wrangler has an error instead. */
export async function readSecrets(
  wrangler: Wrangler,
  environment: string,
): Promise<{ readonly names: readonly string[]; readonly findings: Finding[] }> {
  const answer = await wrangler("secret", "list", "--env", environment, "--format", "json");
  const parsed = secretsSchema.safeParse(tryJson(answer.output));
  if (!parsed.success) {
    const text = `No secrets were found (before the first deployment there are none): ${errorLine(answer)}`;
    return { names: [], findings: [note(text)] };
  }
  const names = parsed.data.map(({ name }) => name);
  const list = names.length === 0 ? "none" : names.join(", ");
  return { names, findings: [ok(`The Worker has these secrets: ${list}.`)] };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the line with the error, otherwise the last line, without colours. */
function errorLine({ errors, output, status }: WranglerOutput): string {
  const lines = `${output}\n${errors}`.split("\n").map((line) => line.replace(colours, "").trim());
  const words = lines.find((line) => /error/i.test(line)) ?? lines.findLast(Boolean);
  return words ?? `wrangler ended with status ${status}.`;
}

const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
