import { UserError } from "../core/errors.ts";

/**
 * Runs a command to its end.
 *
 * A {@link UserError} is one line on standard error and exit status 1: the user can mend it, and a
 * stack trace would only hide how. Any other error is ours, and keeps its stack.
 */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (error instanceof UserError) {
      reportUserError(error);
    } else {
      process.exitCode = 1;
      console.error(error);
    }
  }
}

/** Tells a user's mistake; the exit status will be 1, whatever else the command goes on to do. */
export function reportUserError(error: UserError): void {
  process.exitCode = 1;
  process.stderr.write(`error: ${error.message} [${error.code}]\n`);
}
