import { join } from "node:path";
import { type Unstable_Config as Config, unstable_readConfig as readConfig } from "wrangler";
import { UserError } from "../../core/errors.ts";
import { parseSiteSettings, siteSettingsSchema } from "../../site/settings.ts";
import { checkBuckets, findBuckets } from "./buckets.ts";
import { type Finding, findings, note, ok, open } from "./finding.ts";
import { checkScript } from "./script.ts";
import { describeSiteCosts } from "./site-costs.ts";
import { askWrangler, runWrangler, type Wrangler } from "./wrangler.ts";

const CONFIGURATION = "site/wrangler.toml";

/** Names the site's Worker to wrangler. */
const SITE = ["-c", CONFIGURATION] as const;

/** Checks the Worker in front of a site, and says what its deployment would create. */
export async function* checkSite(wrangler: Wrangler, dryRun: boolean): AsyncGenerator<Finding> {
  const configuration = readSiteConfiguration();
  yield note("The Worker in front of a site:");
  yield* await findings(() => checkScript(wrangler, ...SITE));
  yield* await findings(() => checkSiteVariables(configuration.vars));
  yield note(
    `Created or found: queues ${queuesOf(configuration).join(", ")}; database ${databaseOf(configuration)}, which is then migrated; a KV namespace.`,
  );
  yield* await findings(() => checkBuckets(configuration));
  if (!dryRun) yield* findBuckets(wrangler, configuration);
  yield* routeFindings(configuration);
  yield* describeSiteCosts();
  if (!dryRun) yield* await checkKeys(wrangler);
}

/**
 * Checks the variables as the Worker will read them.
 *
 * @throws {UserError} `invalid_settings`; `unknown_variable`; `secret_in_variables`
 */
export function checkSiteVariables(variables: Readonly<Record<string, unknown>>): Finding[] {
  parseSiteSettings(variables);
  const unknown = Object.keys(variables).find(
    (name) => !Object.hasOwn(siteSettingsSchema.shape, name),
  );
  if (unknown !== undefined) {
    const message = `${unknown} is not a variable of the site's Worker: docs/site.md lists them.`;
    throw new UserError("unknown_variable", message);
  }
  for (const name of Object.keys(variables).filter((key) => SECRETS.includes(key))) {
    const message = `${name} is a secret: use \`npm run wrangler -- secret put ${name} -c ${CONFIGURATION}\`, not a variable.`;
    throw new UserError("secret_in_variables", message);
  }
  return [ok("The site's variables are valid.")];
}

const SECRETS: readonly string[] = ["REVIEW_KEYS"];

function routeFindings({ route, routes = [] }: Config): Finding[] {
  if (route !== undefined || routes.length > 0) return [];
  return [
    note(
      `${CONFIGURATION} has no routes: the Worker is deployed, but stands in front of no site. See docs/site.md.`,
    ),
  ];
}

async function checkKeys(wrangler: Wrangler): Promise<Finding[]> {
  const { output } = await wrangler("secret", "list", ...SITE, "--format", "json");
  if (output.includes('"REVIEW_KEYS"')) return [ok("The site's Worker has REVIEW_KEYS.")];
  return [
    open(
      `Nobody can review or use the API yet: set keys with \`npm run wrangler -- secret put REVIEW_KEYS -c ${CONFIGURATION}\`.`,
    ),
  ];
}

/**
 * Deploys the site's Worker with all that it needs. The database is migrated before the script that uses it
 * is there; wrangler itself makes the KV namespace.
 *
 * @returns wrangler's exit status.
 */
export async function deploySite(): Promise<number> {
  const configuration = readSiteConfiguration();
  for (const queue of queuesOf(configuration)) {
    await ensure(["queues", "info", queue], ["queues", "create", queue]);
  }
  const database = databaseOf(configuration);
  await ensure(["d1", "info", database], ["d1", "create", database]);
  const migrated = await runWrangler("d1", "migrations", "apply", database, "--remote", ...SITE);
  return migrated === 0 ? runWrangler("deploy", ...SITE) : migrated;
}

/**
 * Creates something unless it is there.
 *
 * @throws {UserError} `not_created`, with wrangler's message.
 */
async function ensure(info: readonly string[], create: readonly string[]): Promise<void> {
  if ((await askWrangler(...info, ...SITE)).status === 0) return;
  // Without a terminal, wrangler does not offer to write an id into the configuration.
  const { status, output, errors } = await askWrangler(...create, ...SITE);
  if (status === 0) {
    process.stdout.write(`Created: ${create.at(-1)}\n`);
    return;
  }
  const text = `wrangler could not create ${create.at(-1)}: ${(errors || output).trim()}`;
  throw new UserError("not_created", text);
}

function readSiteConfiguration(): Config {
  const file = join(import.meta.dirname, "../..", CONFIGURATION);
  return readConfig({ config: file }, { hideWarnings: true });
}

function queuesOf({ queues }: Config): string[] {
  return [...new Set((queues.consumers ?? []).map(({ queue }) => queue))].sort();
}

function databaseOf({ d1_databases: [database] }: Config): string {
  return database?.database_name ?? "";
}
