import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const root = join(import.meta.dirname, "../..");
const require = createRequire(import.meta.url);

/** Without a network, wrangler would wait for answers about updates, usage and the visitor's location. */
const QUIET = {
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_SEND_METRICS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

/** wrangler's line when it serves. */
const READY = /\bReady on http/;

/** wrangler's line for each request or batch, beside the line that the Worker logs itself. */
const REQUEST = /^\[wrangler:info\] (QUEUE |[A-Z]+ \S+ \d{3} )/;

interface DevOptions {
  /** Called when it serves. */
  readonly onReady: () => void;
  /** The variables of its process, if they are not this one's. */
  readonly environment?: Readonly<NodeJS.ProcessEnv>;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/**
 * Runs `wrangler dev` until it ends, or until a signal ends it. Its output is held back until it
 * serves, and printed only if it ends before.
 *
 * @returns its exit status; 0 after a signal.
 */
export async function runWranglerDev(
  args: readonly string[],
  { onReady, environment = process.env, signal }: DevOptions,
): Promise<number> {
  const wrangler = join(dirname(require.resolve("wrangler/package.json")), "bin/wrangler.js");
  const child = spawn(
    process.execPath,
    [wrangler, "dev", "--show-interactive-dev-session=false", ...args],
    { cwd: root, env: { ...environment, ...QUIET }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let isEnding = false;
  // Ctrl-C reaches wrangler by itself, as it belongs to the same process group; SIGTERM does not.
  process.on("SIGINT", () => {
    isEnding = true;
  });
  const end = () => {
    isEnding = true;
    child.kill("SIGTERM");
  };
  process.on("SIGTERM", end);
  signal?.addEventListener("abort", end, { once: true });
  let isReady = false;
  const held: string[] = [];
  createInterface(child.stdout).on("line", (line) => {
    if (isReady) {
      if (!REQUEST.test(line)) process.stdout.write(`${line}\n`);
    } else if (READY.test(line)) {
      isReady = true;
      onReady();
    } else {
      held.push(line);
    }
  });
  createInterface(child.stderr).on("line", (line) => {
    if (isReady) process.stderr.write(`${line}\n`);
    else held.push(line);
  });
  await once(child, "close");
  if (isEnding) return 0;
  if (!isReady) process.stdout.write(held.map((line) => `${line}\n`).join(""));
  return child.exitCode ?? 1;
}
