/**
 * What the toolchain itself has to say goes to standard error, a line at a time: standard output
 * belongs to the command.
 *
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** An error whose message is all that the user needs: printed as one line, exit status 1. */
export class ToolchainError extends Error {}
