import { UserError } from "../../core/errors.ts";

/** What stands after `npm run deploy --`. */
export interface DeployArguments {
  /** The part of wrangler.toml that is deployed. */
  readonly environment: string;
  readonly dryRun: boolean;
  /** For `wrangler deploy`, as they were given. */
  readonly others: readonly string[];
}

/** Variables from elsewhere than wrangler.toml, which nobody would have checked. */
const unchecked = ["--var", "--keep-vars", "--secrets-file"];

/**
 * Reads what the checks must know, and leaves the rest to wrangler.
 *
 * @throws UserError `unchecked_variables`
 */
export function readArguments(given: readonly string[]): DeployArguments {
  const others: string[] = [];
  let environment = "production";
  let dryRun = false;
  for (let index = 0; index < given.length; index++) {
    const argument = given[index] ?? "";
    const [name = ""] = argument.split("=");
    if (unchecked.includes(name)) {
      throw new UserError(
        "unchecked_variables",
        `${name} is not for deploying: put variables into wrangler.toml, where they are checked.`,
      );
    }
    if (argument === "--dry-run") dryRun = true;
    else if (argument === "--env" || argument === "-e") environment = given[++index] ?? "";
    else if (argument.startsWith("--env=")) environment = argument.slice("--env=".length);
    else others.push(argument);
  }
  return { environment, dryRun, others };
}
