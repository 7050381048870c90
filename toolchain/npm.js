import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/**
 * Finds npm: the one that started this process, otherwise the one in PATH.
 *
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string | undefined} The path of its `npm-cli.js`.
 */
export function findNpm(environment = process.env) {
  const started = environment.npm_execpath;
  if (started && /npm-cli\.c?js$/.test(started) && existsSync(started)) return started;
  for (const folder of (environment.PATH ?? "").split(delimiter)) {
    const candidates = [
      join(folder, "npm"),
      join(folder, "node_modules/npm/bin/npm-cli.js"),
      join(folder, "../lib/node_modules/npm/bin/npm-cli.js"),
    ];
    for (const candidate of candidates) {
      const path = existsSync(candidate) ? realpathSync(candidate) : "";
      if (path.endsWith("npm-cli.js")) return path;
    }
  }
  return undefined;
}

/**
 * Finds the node-gyp that is part of npm.
 *
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string | undefined}
 */
export function findNodeGyp(environment = process.env) {
  const npm = findNpm(environment);
  const beside = npm && join(dirname(npm), "../node_modules/node-gyp/bin/node-gyp.js");
  if (beside && existsSync(beside)) return beside;
  return environment.npm_config_node_gyp;
}
