import { UserError } from "../../core/errors.ts";

/** The arguments of `npm run deploy`. */
export interface DeployArguments {
  /** The environment of wrangler.toml to deploy. */
  readonly environment: string;
  readonly dryRun: boolean;
  /** Whether the site's Worker is deployed as well, after the captioner. */
  readonly site: boolean;
  /** Arguments for `wrangler deploy`. */
  readonly others: readonly string[];
}

/** Sources of variables other than wrangler.toml, which the checks do not read. */
const UNCHECKED = ["--var", "--keep-vars", "--secrets-file"];

/**
 * Reads the arguments that the checks need.
 *
 * @throws {UserError} `unchecked_variables`
 */
export function readArguments(given: readonly string[]): DeployArguments {
  const others: string[] = [];
  let environment = "production";
  let [dryRun, site] = [false, false];
  for (let index = 0; index < given.length; index++) {
    const argument = given[index] ?? "";
    const [name = ""] = argument.split("=");
    if (UNCHECKED.includes(name)) {
      throw new UserError(
        "unchecked_variables",
        `${name} cannot be used: put variables into wrangler.toml, where they are checked.`,
      );
    }
    if (argument === "--dry-run") dryRun = true;
    else if (argument === "--site") site = true;
    else if (argument === "--env" || argument === "-e") environment = given[++index] ?? "";
    else if (argument.startsWith("--env=")) environment = argument.slice("--env=".length);
    else others.push(argument);
  }
  return { environment, dryRun, site, others };
}
