import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { runQuietly } from "../processes.js";

/** The wheel that was tried comes first; any other will do where that one is not offered. */
const REQUIREMENTS = {
  x64: ["tensorflow-cpu==2.21.0", "tensorflow-cpu"],
  arm64: ["tensorflow==2.21.0", "tensorflow"],
};

/** The two libraries and the C interface's headers: 815 MB of the wheel's 1.3 GB. */
const WANTED = [
  "tensorflow/libtensorflow_cc.so.2",
  "tensorflow/libtensorflow_framework.so.2",
  "tensorflow/include/tensorflow/c/",
  "tensorflow/include/tensorflow/core/platform/ctstring",
  "tensorflow/include/xla/tsl/c/",
  "tensorflow/include/xla/tsl/platform/ctstring",
  "tensorflow/include/tsl/platform/ctstring",
];

/** Python is there where pip is; its zipfile streams, and an 800 MB library need not fit in memory. */
const UNPACK = `
import os, shutil, sys, zipfile
wheel, target, *wanted = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name.endswith("/") or not name.startswith(tuple(wanted)):
            continue
        inside = name.removeprefix("tensorflow/")
        path = os.path.join(target, inside if inside.startswith("include/") else os.path.join("lib", inside))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(name) as source, open(path, "wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
`;

/** Names by which the package's build and the binding ask for the two libraries. */
const ALIASES = {
  libtensorflow: "libtensorflow_cc.so.2",
  libtensorflow_framework: "libtensorflow_framework.so.2",
};

/**
 * Fetches TensorFlow's wheel with pip and lays out its libraries and headers as tfjs-node's build
 * expects them (`lib/`, `include/`).
 *
 * @param {string} deps The folder to fill.
 * @param {string} log
 * @returns {Promise<boolean>} Whether it is filled.
 */
export async function unpackWheel(deps, log) {
  const requirements = REQUIREMENTS[/** @type {keyof typeof REQUIREMENTS} */ (process.arch)];
  if (process.platform !== "linux" || requirements === undefined) return false;
  mkdirSync(dirname(deps), { recursive: true });
  const downloads = mkdtempSync(join(dirname(deps), "wheel-"));
  try {
    const wheel = await downloadWheel(requirements, downloads, log);
    if (wheel === undefined) return false;
    const options = { log, seconds: 300 };
    if (!(await runQuietly("python3", ["-c", UNPACK, wheel, deps, ...WANTED], options))) {
      return false;
    }
    linkAliases(join(deps, "lib"));
    return true;
  } finally {
    rmSync(downloads, { recursive: true, force: true });
  }
}

/**
 * @param {string[]} requirements
 * @param {string} folder
 * @param {string} log
 */
async function downloadWheel(requirements, folder, log) {
  for (const requirement of requirements) {
    const pip = ["-m", "pip", "download", "--no-deps", "--no-input", "--only-binary=:all:"];
    const args = [...pip, "--progress-bar=off", "--retries=1", `--dest=${folder}`, requirement];
    if (await runQuietly("python3", args, { log, seconds: 900 })) break;
  }
  const name = readdirSync(folder).find((file) => file.endsWith(".whl"));
  return name === undefined ? undefined : join(folder, name);
}

/** @param {string} lib */
function linkAliases(lib) {
  for (const [alias, name] of Object.entries(ALIASES)) {
    for (const suffix of [".so", ".so.2", ".so.2.9.1"]) {
      if (alias + suffix !== name) symlinkSync(name, join(lib, alias + suffix));
    }
  }
}
