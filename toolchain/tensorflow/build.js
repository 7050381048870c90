import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findNodeGyp } from "../npm.js";
import { modules } from "../places.js";
import { runQuietly } from "../processes.js";
import { unpackWheel } from "./wheel.js";

/**
 * A folder to build in: a copy of the installed package, so that neither a failure nor a kill leaves the
 * installed package incomplete.
 *
 * @typedef {object} Workshop
 * @property {string} folder The copy of the package.
 * @property {string} log
 * @property {string} node The Node that builds.
 */

/**
 * Runs the package's own install script, which downloads the library and a compiled binding.
 *
 * @param {Workshop} workshop
 * @returns {Promise<boolean>} Whether the result works.
 */
export async function downloadOfficial(workshop) {
  return (await runInstallScript(workshop, 300)) && (await smokeTest(workshop));
}

/**
 * Builds the binding from the package's C++ sources against the TensorFlow of a Python wheel.
 *
 * @param {Workshop} workshop
 * @returns {Promise<boolean>} Whether the result works.
 */
export async function buildAgainstWheel(workshop) {
  rmSync(join(workshop.folder, "deps"), { recursive: true, force: true });
  rmSync(join(workshop.folder, "lib"), { recursive: true, force: true });
  if (!(await unpackWheel(join(workshop.folder, "deps"), workshop.log))) return false;
  // With any value in this file the script compiles against the library in place, instead of
  // downloading one.
  writeFileSync(join(workshop.folder, "scripts/custom-binary.json"), '{"tf-lib": "local"}\n');
  return (await runInstallScript(workshop, 600)) && (await smokeTest(workshop));
}

/**
 * Copies the package without the results of an earlier build.
 *
 * @param {string} installed The installed package.
 * @param {string} folder The folder of the copy.
 */
export function copyPackage(installed, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const built = new Set(["deps", "lib", "build-tmp-napi-v8"]);
  for (const name of readdirSync(installed)) {
    if (!built.has(name)) cpSync(join(installed, name), join(folder, name), { recursive: true });
  }
}

/**
 * Moves the build's result to its destination by one rename.
 *
 * @param {string} folder The workshop's copy of the package.
 * @param {string} destination
 */
export function keepResult(folder, destination) {
  const beside = `${folder}-result`;
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside);
  for (const name of ["deps", "lib"]) renameSync(join(folder, name), join(beside, name));
  // Another process may have finished first, and its result may be in use.
  if (existsSync(join(destination, "lib"))) {
    rmSync(beside, { recursive: true });
    return;
  }
  rmSync(destination, { recursive: true, force: true });
  renameSync(beside, destination);
}

/**
 * @param {Workshop} workshop
 * @param {number} seconds
 */
function runInstallScript(workshop, seconds) {
  return runQuietly(workshop.node, ["scripts/install.js"], {
    cwd: workshop.folder,
    env: buildEnvironment(workshop.node),
    log: workshop.log,
    seconds,
  });
}

/**
 * Loads the package and multiplies two matrices, in a separate process, as a broken library may crash it.
 *
 * @param {Workshop} workshop
 */
function smokeTest(workshop) {
  return runQuietly(
    workshop.node,
    [fileURLToPath(new URL("./smoke.cjs", import.meta.url)), workshop.folder],
    {
      env: buildEnvironment(workshop.node),
      log: workshop.log,
      seconds: 120,
    },
  );
}

/** @param {string} node */
function buildEnvironment(node) {
  const headers = join(dirname(node), "..");
  const nodeGyp = findNodeGyp();
  return {
    ...process.env,
    PATH: [dirname(node), join(modules, ".bin"), process.env.PATH].join(delimiter),
    // The copy is outside the repository, and needs the packages installed beside the original.
    NODE_PATH: modules,
    TF_CPP_MIN_LOG_LEVEL: "2",
    // The installed Node has its headers, so node-gyp need not download them.
    ...(existsSync(join(headers, "include/node/node_api.h"))
      ? { npm_config_nodedir: headers, npm_package_config_node_gyp_nodedir: headers }
      : {}),
    ...(nodeGyp ? { npm_config_node_gyp: nodeGyp } : {}),
  };
}
