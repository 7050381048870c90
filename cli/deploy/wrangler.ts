import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";

/** The output of wrangler, and its exit status. */
export interface WranglerOutput {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs wrangler without user input. */
export type Wrangler = (...args: readonly string[]) => Promise<WranglerOutput>;

const root = join(import.meta.dirname, "../..");

function start(args: readonly string[], stdio: "inherit" | "pipe") {
  const wrangler = createRequire(import.meta.url).resolve("wrangler/package.json");
  const path = join(dirname(wrangler), "bin/wrangler.js");
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" };
  const input = stdio === "pipe" ? "ignore" : "inherit";
  return spawn(process.execPath, [path, ...args], { cwd: root, env, stdio: [input, stdio, stdio] });
}

/** Runs wrangler in the background. */
export const askWrangler: Wrangler = async (...args) => {
  const child = start(args, "pipe");
  const ended = once(child, "exit");
  const [output, errors, [status]] = await Promise.all([
    child.stdout ? text(child.stdout) : "",
    child.stderr ? text(child.stderr) : "",
    ended,
  ]);
  return { status: Number(status ?? 1), output, errors };
};

/** Runs wrangler in the user's terminal, and returns its exit status. */
export async function runWrangler(...args: readonly string[]): Promise<number> {
  const [status] = await once(start(args, "inherit"), "exit");
  return Number(status ?? 1);
}
