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

/** wrangler's line for each request, beside the line that the Worker logs itself. */
const REQUEST = /^\[wrangler:info\] [A-Z]+ \S+ \d{3} /;

/**
 * Runs `wrangler dev` until it ends, or until a signal ends it. Its output is held back until it
 * serves, and printed only if it ends before.
 *
 * @param onReady - called when it serves.
 * @returns its exit status; 0 after a signal.
 */
export async function runWranglerDev(
  args: readonly string[],
  onReady: () => void,
): Promise<number> {
  const wrangler = join(dirname(require.resolve("wrangler/package.json")), "bin/wrangler.js");
  const child = spawn(
    process.execPath,
    [wrangler, "dev", "--show-interactive-dev-session=false", ...args],
    { cwd: root, env: { ...process.env, ...QUIET }, stdio: ["ignore", "pipe", "inherit"] },
  );
  let isEnding = false;
  // Ctrl-C reaches wrangler by itself, as it belongs to the same process group; SIGTERM does not.
  process.on("SIGINT", () => {
    isEnding = true;
  });
  process.on("SIGTERM", () => {
    isEnding = true;
    child.kill("SIGTERM");
  });
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
  await once(child, "close");
  if (isEnding) return 0;
  if (!isReady) process.stdout.write(held.map((line) => `${line}\n`).join(""));
  return child.exitCode ?? 1;
}
