/**
 * Writes a line to standard error: standard output belongs to the command.
 *
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** An error that is printed as one line, without a stack; the exit status is 1. */
export class ToolchainError extends Error {}
