import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { manifestFileName } from "../../core/bundle/manifest.ts";
import { UserError } from "../../core/errors.ts";
import { PACKAGE_VERSION } from "../../core/version.ts";
import { releasedModel } from "../released-model.ts";
import { systemErrorText } from "./system-errors.ts";

/**
 * Makes a command with its description and `--version`.
 *
 * @param usage - how it is started, such as "npm run caption --".
 */
export function createCommand(usage: string, description: string): Command {
  return new Command(usage)
    .description(description)
    .version(versionText(), "--version", "print the versions of the package and the released model")
    .helpOption("-h, --help", "print this help");
}

/** Returns the versions of the package and of the released model, in one line. */
function versionText(): string {
  return `edge-caption ${PACKAGE_VERSION}, model ${modelVersion()}`;
}

function modelVersion(): string {
  try {
    return JSON.parse(readFileSync(join(releasedModel, manifestFileName), "utf8")).version;
  } catch {
    return "missing";
  }
}

/**
 * Runs a command to its end.
 *
 * A {@link UserError} is printed as one line, with exit status 1, as are failures of the system that the
 * user can fix, such as a full disk. All other errors are printed with their stack.
 */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    const mistake = error instanceof UserError ? error : systemFailure(error);
    if (mistake) {
      reportUserError(mistake);
    } else {
      process.exitCode = 1;
      console.error(error);
    }
  }
}

/** Codes of system failures that the user can fix. */
const FIXABLE: ReadonlySet<unknown> = new Set([
  ...["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT"],
  ...["EEXIST", "EISDIR", "ENOTDIR", "ENAMETOOLONG"],
]);

function systemFailure(error: unknown): UserError | undefined {
  if (!(error instanceof Error) || !("code" in error) || !FIXABLE.has(error.code)) {
    return undefined;
  }
  const call = "syscall" in error ? ` (${error.syscall})` : "";
  const path = "path" in error ? `${error.path}: ` : "";
  const text = `${path}${systemErrorText(error)}${call}.`;
  return new UserError("system_refused", text, { cause: error });
}

/** Prints a user's mistake and sets the exit status to 1; the command may go on. */
export function reportUserError(error: UserError): void {
  process.exitCode = 1;
  process.stderr.write(`error: ${error.message} [${error.code}]\n`);
}
