import { expect, test } from "vitest";
import { isInstalled } from "../../toolchain/installed.js";

const machine = { platform: "linux", arch: "x64" };
const lock = {
  packages: {
    "": {},
    "node_modules/one": { version: "1.0.0", integrity: "sha512-1" },
    "node_modules/two-linux-x64": { version: "2.0.0", optional: true, os: ["linux"], cpu: ["x64"] },
    "node_modules/two-win-x64": { version: "2.0.0", optional: true, os: "win32", cpu: "x64" },
    "node_modules/two-linux-arm64": {
      version: "2.0.0",
      optional: true,
      os: ["linux"],
      cpu: ["arm64"],
    },
    "node_modules/two-musl": { version: "2.0.0", optional: true, os: ["linux"], libc: ["musl"] },
    "node_modules/not-windows": { version: "3.0.0", optional: true, os: ["!win32"] },
    "node_modules/for-another": { version: "4.0.0", optional: true },
  },
};
const installed = {
  "node_modules/one": { version: "1.0.0", integrity: "sha512-1" },
  "node_modules/two-linux-x64": { version: "2.0.0" },
  "node_modules/not-windows": { version: "3.0.0" },
};

test("packages of other platforms may be missing", () => {
  expect(isInstalled(lock, { packages: installed }, machine)).toBe(true);
});

test("without npm's record nothing counts as installed", () => {
  expect(isInstalled(lock, undefined, machine)).toBe(false);
});

test.each(Object.keys(installed))("%s must be installed", (name) => {
  const packages = Object.fromEntries(Object.entries(installed).filter(([key]) => key !== name));
  expect(isInstalled(lock, { packages }, machine)).toBe(false);
});

test("another version, or the same version with other content, does not match the lock file", () => {
  const one = "node_modules/one";
  for (const entry of [
    { version: "1.0.1", integrity: "sha512-1" },
    { version: "1.0.0", integrity: "sha512-2" },
  ]) {
    expect(isInstalled(lock, { packages: { ...installed, [one]: entry } }, machine)).toBe(false);
  }
});

test("the packages of one platform are not enough for another", () => {
  const windows = { platform: "win32", arch: "x64" };
  expect(isInstalled(lock, { packages: installed }, windows)).toBe(false);
});
