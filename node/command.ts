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
    process.exitCode = 1;
    if (error instanceof UserError) {
      process.stderr.write(`error: ${error.message} [${error.code}]\n`);
    } else {
      console.error(error);
    }
  }
}
