import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { modules } from "./places.js";
import { ToolchainError } from "./say.js";

/**
 * Returns the Node that runs the project's TypeScript: the one installed with its packages, otherwise
 * the machine's own if it is new enough.
 *
 * @param {{folder?: string, own?: {path: string, version: string}}} [where] Another `node_modules` and
 *   another Node of the machine, for tests.
 * @returns {string} Its path.
 * @throws {ToolchainError} When there is neither.
 */
export function chooseNode({
  folder = modules,
  own = { path: process.execPath, version: process.versions.node },
} = {}) {
  const bundled = bundledNodes(folder).find(runs);
  if (bundled !== undefined) return bundled;
  if (stripsTypes(own.version)) return own.path;
  throw new ToolchainError(
    `no Node that runs TypeScript: this one is ${own.version}, and no Node package is installed for ` +
      `${process.platform}-${process.arch}. Install Node 24 and start again.`,
  );
}

/**
 * Returns whether a Node version runs TypeScript files without a flag.
 *
 * @param {string} version Such as `22.18.0`.
 */
export function stripsTypes(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major === 22) return minor >= 18;
  return major === 23 ? minor >= 6 : major >= 24;
}

/** @param {string} folder */
function bundledNodes(folder) {
  const windows = process.platform === "win32";
  const platform = `${windows ? "win" : process.platform}-${process.arch}`;
  const program = windows ? "bin/node.exe" : "bin/node";
  // The macOS arm64 package is named differently.
  return [`node-${platform}`, `node-bin-${platform}`].map((name) => join(folder, name, program));
}

/**
 * Returns whether an installed Node runs: the packages for Linux need glibc.
 *
 * @param {string} path
 */
function runs(path) {
  const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
  return /^v\d/.test(stdout ?? "") && stripsTypes(stdout.trim().slice(1));
}
