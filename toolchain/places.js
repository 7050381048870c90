import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const root = resolve(fileURLToPath(import.meta.url), "../..");

export const modules = join(root, "node_modules");

/**
 * Returns the folder for results that are costly to make and should outlive `npm ci`: the user's cache
 * folder, or `EDGE_CAPTION_CACHE`.
 *
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string}
 */
export function cacheFolder(environment = process.env) {
  if (environment.EDGE_CAPTION_CACHE) return resolve(environment.EDGE_CAPTION_CACHE);
  return join(userCacheFolder(environment), "edge-caption");
}

/** @param {NodeJS.ProcessEnv} environment */
function userCacheFolder(environment) {
  if (environment.XDG_CACHE_HOME) return environment.XDG_CACHE_HOME;
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches");
  if (process.platform === "win32" && environment.LOCALAPPDATA) return environment.LOCALAPPDATA;
  return join(homedir(), ".cache");
}

/**
 * Reads a JSON file.
 *
 * @param {string} path
 * @returns {unknown} Its content, or undefined if it is missing or not JSON.
 */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
