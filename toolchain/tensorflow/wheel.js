import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { runQuietly } from "../processes.js";

/** The Python package with the library, and pip's name of the processor. */
const PACKAGES = {
  x64: { name: "tensorflow-cpu", tag: "manylinux_2_27_x86_64" },
  arm64: { name: "tensorflow", tag: "manylinux_2_27_aarch64" },
};

/** The tested version of TensorFlow. If it is not available, any other is taken. */
const VERSION = "2.21.0";

/** The two libraries and the headers of the C API: 815 MB of the wheel's 1.3 GB. */
const WANTED = [
  "tensorflow/libtensorflow_cc.so.2",
  "tensorflow/libtensorflow_framework.so.2",
  "tensorflow/include/tensorflow/c/",
  "tensorflow/include/tensorflow/core/platform/ctstring",
  "tensorflow/include/xla/tsl/c/",
  "tensorflow/include/xla/tsl/platform/ctstring",
  "tensorflow/include/tsl/platform/ctstring",
];

/** Python code: pip needs Python anyway, and its zipfile can stream a library of 800 MB. */
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

/** The names that the package's build and the binding use for the two libraries. */
const ALIASES = {
  libtensorflow: "libtensorflow_cc.so.2",
  libtensorflow_framework: "libtensorflow_framework.so.2",
};

/**
 * Downloads TensorFlow's wheel with pip and unpacks its libraries and headers to where tfjs-node's build
 * expects them (`lib/`, `include/`).
 *
 * @param {string} deps The folder to fill.
 * @param {string} log
 * @returns {Promise<boolean>} Whether it succeeded.
 */
export async function unpackWheel(deps, log) {
  if (process.platform !== "linux" || !(process.arch in PACKAGES)) return false;
  mkdirSync(dirname(deps), { recursive: true });
  const downloads = mkdtempSync(join(dirname(deps), "wheel-"));
  try {
    const wheel = await downloadWheel(downloads, log);
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
 * @param {string} folder
 * @param {string} log
 * @returns {Promise<string | undefined>} The wheel's path.
 */
async function downloadWheel(folder, log) {
  const { name, tag } = PACKAGES[/** @type {keyof typeof PACKAGES} */ (process.arch)];
  // The library is the same in the wheels for all Python versions.
  const otherPython = ["--python-version=3.12", "--abi=cp312", `--platform=${tag}`];
  const choices = [[`${name}==${VERSION}`], [name], [`${name}==${VERSION}`, ...otherPython]];
  for (const choice of choices) {
    const pip = ["-m", "pip", "download", "--no-deps", "--no-input", "--only-binary=:all:"];
    const args = [...pip, "--progress-bar=off", "--retries=1", `--dest=${folder}`, ...choice];
    if (await runQuietly("python3", args, { log, seconds: 900 })) break;
  }
  const wheel = readdirSync(folder).find((file) => file.endsWith(".whl"));
  return wheel === undefined ? undefined : join(folder, wheel);
}

/** @param {string} lib */
function linkAliases(lib) {
  for (const [alias, name] of Object.entries(ALIASES)) {
    for (const suffix of [".so", ".so.2", ".so.2.9.1"]) {
      if (alias + suffix !== name) symlinkSync(name, join(lib, alias + suffix));
    }
  }
}
