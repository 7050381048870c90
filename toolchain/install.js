import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isInstalled } from "./installed.js";
import { chooseNode } from "./node.js";
import { findNpm } from "./npm.js";
import { modules, readJson, root } from "./places.js";
import { runInForeground } from "./processes.js";
import { say, ToolchainError } from "./say.js";

/**
 * Says which lock file the installed packages are of, where they are (a copy of the folder is
 * another place), and which Node was found to run.
 *
 * @typedef {{folder: string, lock: string, platform: string, node: string}} Stamp
 */
const STAMP = join(modules, ".edge-caption.json");

/** Development packages too, whatever the user's npm is set to leave out; nobody's scripts. */
const NPM_CI = ["ci", "--ignore-scripts", "--include=dev", "--include=optional", "--no-audit"];

/**
 * Installs the packages of the lock file, unless they are there.
 *
 * @returns {Promise<string>} The path of the Node that runs the project.
 * @throws {ToolchainError} Where they cannot be installed.
 */
export async function ensureInstalled() {
  const lockFile = readFileSync(join(root, "package-lock.json"), "utf8");
  const wanted = {
    folder: modules,
    lock: createHash("sha256").update(lockFile).digest("hex"),
    platform: `${process.platform}-${process.arch}`,
  };
  const stamp = /** @type {Stamp | undefined} */ (readJson(STAMP));
  if (stamp !== undefined && isCurrent(stamp, wanted)) return stamp.node;

  // A plain `npm install` leaves no stamp, and need not be repeated.
  const hidden = /** @type {import("./installed.js").Lock | undefined} */ (
    readJson(join(modules, ".package-lock.json"))
  );
  if (!isInstalled(JSON.parse(lockFile), hidden, process)) await install();
  const node = chooseNode();
  try {
    writeFileSync(STAMP, `${JSON.stringify({ ...wanted, node })}\n`);
  } catch {
    // Where it cannot be written (a read-only image), the next start compares again.
  }
  return node;
}

/**
 * @param {Stamp} stamp
 * @param {Omit<Stamp, "node">} wanted
 */
function isCurrent(stamp, { folder, lock, platform }) {
  const same = stamp.folder === folder && stamp.lock === lock && stamp.platform === platform;
  return same && existsSync(stamp.node);
}

async function install() {
  const npm = findNpm();
  if (npm === undefined) {
    throw new ToolchainError("npm was not found. Start with `npm start`, `npm test` or `npm run`.");
  }
  say("Installing the packages of package-lock.json ...");
  // A killed installation must not look like a finished one.
  for (const name of [STAMP, join(modules, ".package-lock.json")]) rmSync(name, { force: true });
  const status = await runInForeground(
    process.execPath,
    [npm, ...NPM_CI, "--no-fund", "--loglevel=error"],
    { cwd: root, stdio: ["ignore", 2, 2] },
  );
  if (status !== 0) throw new ToolchainError(`\`npm ci\` failed with exit status ${status}.`);
}
