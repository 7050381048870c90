import { execFile } from "node:child_process";

const main = new URL("../../cli/train.ts", import.meta.url).pathname;

/** The end of a command. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `npm run train` with arguments to its end. */
export function train(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, stdout, stderr) => {
      // A killed process has no code, and must not count as a success.
      resolve({ status: error === null ? 0 : Number(error.code ?? Number.NaN), stdout, stderr });
    });
  });
}
