import { UserError } from "../../core/errors.ts";
import { systemErrorText } from "./system-errors.ts";

/**
 * Runs a command to its end.
 *
 * A {@link UserError} is one line on standard error and exit status 1: the user can mend it, and a
 * stack trace would only hide how. So can what the system refuses: a full disk, a folder that may not
 * be written to. Any other error is ours, and keeps its stack.
 */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    const mistake = error instanceof UserError ? error : systemRefusal(error);
    if (mistake) {
      reportUserError(mistake);
    } else {
      process.exitCode = 1;
      console.error(error);
    }
  }
}

/** Failures of the system that the user can mend, by the names that it has for them. */
const mendable: ReadonlySet<unknown> = new Set([
  ...["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT"],
  ...["EEXIST", "EISDIR", "ENOTDIR", "ENAMETOOLONG"],
]);

function systemRefusal(error: unknown): UserError | undefined {
  if (!(error instanceof Error) || !("code" in error) || !mendable.has(error.code))
    return undefined;
  const what = "syscall" in error ? ` (${error.syscall})` : "";
  const where = "path" in error ? `${error.path}: ` : "";
  const text = `${where}the system says "${systemErrorText(error)}"${what}.`;
  return new UserError("system_refused", text, { cause: error });
}

/** Tells a user's mistake; the exit status will be 1, whatever else the command goes on to do. */
export function reportUserError(error: UserError): void {
  process.exitCode = 1;
  process.stderr.write(`error: ${error.message} [${error.code}]\n`);
}
