import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder, modules, readJson } from "../places.js";
import { say, ToolchainError } from "../say.js";
import { buildAgainstWheel, copyPackage, downloadOfficial, keepResult } from "./build.js";
import { isLinked, linkInto } from "./link.js";

const HOUR = 3_600_000;

/** How long a failed attempt is not repeated, in milliseconds. */
const RETRY_AFTER = 24 * HOUR;

/**
 * Prepares the TensorFlow that a command needs. `EDGE_CAPTION_TFJS=cpu` asks for pure JavaScript, and
 * `native` makes a missing native library an error.
 *
 * @param {import("../commands.js").TensorFlowUse} use
 * @param {string} node The Node that runs the command.
 * @throws {ToolchainError} When the native library is required and cannot be prepared.
 */
export async function provideTensorFlow(use, node) {
  const wish = process.env.EDGE_CAPTION_TFJS;
  if (use === "unused" || wish === "cpu" || linkFromCache() || use === "if ready") return;
  const required = use === "required" || wish === "native";
  const reason = await prepare({ node, retry: required });
  if (reason === undefined) return;
  if (required) {
    throw new ToolchainError(`the native TensorFlow library cannot be prepared: ${reason}`);
  }
  say(
    `The native TensorFlow library cannot be prepared (${reason}). TensorFlow.js will compute in ` +
      "pure JavaScript, 15 to 1,000 times slower. To try again: npm run tensorflow",
  );
}

/**
 * Links an earlier build from the cache into the installed package.
 *
 * @returns {boolean} Whether the native library is in place.
 */
function linkFromCache() {
  const { installed, built } = places();
  if (isLinked(installed)) return true;
  if (!existsSync(join(built, "lib")) || !existsSync(installed)) return false;
  linkInto(installed, built);
  return true;
}

/**
 * Prepares the library: by the package's own download, otherwise by a build against the TensorFlow of a
 * Python wheel.
 *
 * @param {{node: string, retry: boolean}} options `node` builds and tests it; `retry` ignores an earlier
 *   failed attempt.
 * @returns {Promise<string | undefined>} The reason why it is not ready; undefined when it is.
 */
async function prepare({ node, retry }) {
  const { installed, built } = places();
  const log = `${built}.log`;
  const failed = `${built}.failed`;
  if (!existsSync(installed)) return "its package is not installed";
  if (!retry && isRecent(failed)) return `an earlier attempt failed, see ${log}`;
  try {
    mkdirSync(dirname(built), { recursive: true });
    removeLeftovers(dirname(built));
    if (!(await build(installed, built, { node, log }))) {
      writeFileSync(failed, "");
      return `see ${log}`;
    }
    rmSync(failed, { force: true });
    linkInto(installed, built);
    return undefined;
  } catch (error) {
    // Such as a full disk or a read-only cache folder: the command can run without the library.
    return error instanceof Error ? error.message : String(error);
  }
}

/** Returns the folders of the installed package and of its native parts in the cache. */
function places() {
  const installed = join(modules, "@tensorflow/tfjs-node");
  const manifest = /** @type {{version?: string} | undefined} */ (
    readJson(join(installed, "package.json"))
  );
  const name = `tfjs-node-${manifest?.version}-${process.platform}-${process.arch}`;
  return { installed, built: join(cacheFolder(), "tensorflow", name) };
}

/**
 * @param {string} installed
 * @param {string} built
 * @param {{node: string, log: string}} options
 */
async function build(installed, built, { node, log }) {
  say("Preparing the native TensorFlow library, once (half a minute to a few minutes) ...");
  const started = Date.now();
  const folder = `${built}.partial-${process.pid}`;
  const workshop = { folder, log, node };
  rmSync(log, { force: true });
  try {
    copyPackage(installed, folder);
    const ways = { "official download": downloadOfficial, "Python wheel": buildAgainstWheel };
    for (const [way, attempt] of Object.entries(ways)) {
      if (await attempt(workshop)) {
        keepResult(folder, built);
        say(`... ready (${way}, ${Math.round((Date.now() - started) / 1000)} s).`);
        return true;
      }
    }
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} path */
function isRecent(path) {
  return existsSync(path) && Date.now() - statSync(path).mtimeMs < RETRY_AFTER;
}

/**
 * Removes the files of attempts that were killed.
 *
 * @param {string} folder
 */
function removeLeftovers(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name.includes(".partial-") && Date.now() - statSync(path).mtimeMs > HOUR) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}
