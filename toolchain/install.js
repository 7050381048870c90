import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { showInstallation } from "./install-progress.js";
import { isInstalled, packagesFor } from "./installed.js";
import { chooseNode } from "./node.js";
import { findNpm } from "./npm.js";
import { modules, readJson, root } from "./places.js";
import { runInForeground } from "./processes.js";
import { say, ToolchainError } from "./say.js";

/**
 * Records which lock file's packages are installed and in which folder (a copied folder must be
 * compared again), and which Node runs the project.
 *
 * @typedef {{folder: string, lock: string, platform: string, node: string}} Stamp
 */
const STAMP = join(modules, ".edge-caption.json");

/** Installs development packages too, even if the user's npm omits them, and runs no install scripts. */
const NPM_CI = [
  "ci",
  "--ignore-scripts",
  "--include=dev",
  "--include=optional",
  "--no-audit",
  "--no-progress",
];

/**
 * Installs the packages of the lock file, unless they are installed.
 *
 * @returns {Promise<string>} The path of the Node that runs the project.
 * @throws {ToolchainError} When they cannot be installed.
 */
export async function ensureInstalled() {
  const lockText = readFileSync(join(root, "package-lock.json"), "utf8");
  const wanted = {
    folder: modules,
    lock: createHash("sha256").update(lockText).digest("hex"),
    platform: `${process.platform}-${process.arch}`,
  };
  const stamp = /** @type {Stamp | undefined} */ (readJson(STAMP));
  if (stamp !== undefined && isCurrent(stamp, wanted)) return stamp.node;

  // The packages of a plain `npm install`, which leaves no stamp, are used as they are.
  const hidden = /** @type {import("./installed.js").Lock | undefined} */ (
    readJson(join(modules, ".package-lock.json"))
  );
  const lock = JSON.parse(lockText);
  if (!isInstalled(lock, hidden, process)) await install(packagesFor(lock, process));
  const node = chooseNode();
  try {
    writeFileSync(STAMP, `${JSON.stringify({ ...wanted, node })}\n`);
  } catch {
    // In a read-only folder the next start compares again.
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

/** @param {string[]} packages */
async function install(packages) {
  const npm = findNpm();
  if (npm === undefined) {
    throw new ToolchainError("npm was not found. Start with `npm start`, `npm test` or `npm run`.");
  }
  const count = packages.length === 1 ? "1 package" : `${packages.length} packages`;
  say(`Installing ${count}, once (about a minute) ...`);
  // After an interrupted installation the next start must install again.
  for (const name of [STAMP, join(modules, ".package-lock.json")]) rmSync(name, { force: true });
  const stopProgress = showInstallation(packages);
  const status = await runInForeground(
    process.execPath,
    [npm, ...NPM_CI, "--no-fund", "--loglevel=error"],
    { cwd: root, stdio: ["ignore", 2, 2] },
  ).finally(stopProgress);
  if (status !== 0) throw new ToolchainError(`\`npm ci\` failed with exit status ${status}.`);
}
