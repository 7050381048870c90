import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./places.js";
import { say } from "./say.js";

const POLL_MS = 500;

/** Number of lines that report the progress if standard error is not a terminal. */
const LINES = 10;

/**
 * Shows on standard error how many packages npm has unpacked, until the returned function is called.
 * npm itself prints nothing for most of the time.
 *
 * @param {string[]} packages Their folders, as a lock file names them.
 * @returns {() => void} Stops it.
 */
export function showInstallation(packages) {
  const started = Date.now();
  let shown = 0;
  const show = () => {
    const unpacked = packages.filter((path) => existsSync(join(root, path, "package.json")));
    const done = unpacked.length;
    const seconds = Math.round((Date.now() - started) / 1000);
    const line = `  ${done} of ${packages.length} packages, ${seconds} s`;
    if (process.stderr.isTTY) {
      process.stderr.write(`\r${line}`);
      return;
    }
    const part = Math.floor((LINES * done) / packages.length);
    if (part > shown) say(line);
    shown = Math.max(shown, part);
  };
  const timer = setInterval(show, POLL_MS);
  return () => {
    clearInterval(timer);
    show();
    if (process.stderr.isTTY) say("");
  };
}
