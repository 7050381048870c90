import { join } from "node:path";
import { type Unstable_Config as Config, unstable_readConfig as readConfig } from "wrangler";
import { UserError } from "../../core/errors.ts";
import { checkAccount, readSecrets } from "./account.ts";
import type { DeployArguments } from "./arguments.ts";
import { checkAssets } from "./assets.ts";
import { describeCosts } from "./costs.ts";
import { type Finding, findings, note, ok } from "./finding.ts";
import { leftOpen } from "./left-open.ts";
import { checkScript } from "./script.ts";
import { checkSite } from "./site.ts";
import { checkVariables } from "./variables.ts";
import type { Wrangler } from "./wrangler.ts";

const root = join(import.meta.dirname, "../..");

/**
 * Checks everything before a deployment, and yields each finding as soon as it is made.
 *
 * @throws {UserError} `invalid_configuration`
 */
export async function* checkDeployment(
  { environment, dryRun, site, others }: DeployArguments,
  wrangler: Wrangler,
): AsyncGenerator<Finding> {
  const configuration = readEnvironment(environment);
  yield* await findings(() => checkAssets(join(root, "model")));
  yield* await findings(() => checkScript(wrangler, "--env", environment, ...others));
  yield* describeCosts();
  const secrets = dryRun ? undefined : yield* checkCloudflare(wrangler, environment, configuration);
  if (dryRun) yield note("Your account and its secrets were not checked, as this is a dry run.");
  yield* await findings(() => checkSettings(configuration, secrets));
  if (site) yield* checkSite(wrangler, dryRun);
}

async function* checkCloudflare(
  wrangler: Wrangler,
  environment: string,
  { account_id = process.env.CLOUDFLARE_ACCOUNT_ID }: Config,
): AsyncGenerator<Finding, readonly string[] | undefined> {
  const account = await checkAccount(wrangler, account_id);
  yield* account;
  if (account.some(({ kind }) => kind === "fix")) return undefined;
  const secrets = await readSecrets(wrangler, environment);
  yield* secrets.findings;
  return secrets.names;
}

/**
 * Checks the variables, and lists what strangers may do with them.
 *
 * @throws {UserError} the codes of {@link checkVariables}
 */
function checkSettings(
  {
    vars,
    ratelimits = [],
    routes = [],
    route,
  }: Pick<Config, "vars" | "ratelimits" | "routes" | "route">,
  secrets?: readonly string[],
): Finding[] {
  const settings = checkVariables(vars);
  const rateLimit = ratelimits.find((binding) => binding.name === "RATE_LIMITER")?.simple;
  return [
    ok("The variables are valid."),
    ...leftOpen({
      settings,
      hasDomain: route !== undefined || routes.length > 0,
      ...(secrets ? { secrets } : {}),
      ...(rateLimit ? { rateLimit } : {}),
    }),
  ];
}

function readEnvironment(environment: string): Config {
  try {
    const file = { config: join(root, "wrangler.toml"), env: environment };
    return readConfig(file, { hideWarnings: true });
  } catch (cause) {
    // wrangler's message has many lines; the fault is on the first line with a dash.
    const text = cause instanceof Error ? cause.message : String(cause);
    const [, fault = text] = /^\s*- (.+)$/m.exec(text) ?? [];
    throw new UserError("invalid_configuration", `wrangler.toml: ${fault}`, { cause });
  }
}
