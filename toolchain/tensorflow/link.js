import { existsSync, lstatSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** The two folders that a native installation adds to the package. */
const PARTS = ["deps", "lib"];

/**
 * Returns whether the native binding is in place. It is only linked after it passed its test.
 *
 * @param {string} installed The installed package.
 * @returns {boolean}
 */
export function isLinked(installed) {
  const lib = join(installed, "lib");
  if (!existsSync(lib)) return false;
  return readdirSync(lib).some((name) => existsSync(join(lib, name, "tfjs_binding.node")));
}

/**
 * Links a cached build into the installed package.
 *
 * @param {string} installed
 * @param {string} built
 */
export function linkInto(installed, built) {
  for (const part of PARTS) {
    const beside = join(installed, `${part}.linking-${process.pid}`);
    symlinkSync(join(built, part), beside, "junction");
    const path = join(installed, part);
    if (lstatSync(path, { throwIfNoEntry: false })) rmSync(path, { recursive: true, force: true });
    renameSync(beside, path);
  }
}
