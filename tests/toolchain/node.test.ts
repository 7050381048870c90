import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { chooseNode, stripsTypes } from "../../toolchain/node.js";
import { temporaryFolder } from "../support/temporary-folder.ts";

const old = { path: "/usr/bin/node", version: "20.20.2" };
const recent = { path: "/usr/bin/node", version: "22.18.0" };

/** Makes a `node_modules` with a Node package of a version. */
function folderWithNode(version: string): string {
  const folder = temporaryFolder();
  const place = join(folder, `node-${process.platform}-${process.arch}`, "bin");
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "node"), `#!/bin/sh\necho v${version}\n`);
  chmodSync(join(place, "node"), 0o755);
  return folder;
}

describe("chooseNode", () => {
  test("prefers the installed Node to the machine's own, even if that is newer", () => {
    const folder = folderWithNode("24.21.0");
    for (const own of [old, recent, { ...recent, version: "26.0.0" }]) {
      expect(chooseNode({ folder, own })).toBe(
        join(folder, `node-${process.platform}-${process.arch}`, "bin/node"),
      );
    }
  });

  test("takes the machine's own if none is installed", () => {
    expect(chooseNode({ folder: temporaryFolder(), own: recent })).toBe(recent.path);
  });

  test("takes the machine's own if the installed one does not run", () => {
    const folder = folderWithNode("24.21.0");
    writeFileSync(join(folder, `node-${process.platform}-${process.arch}`, "bin/node"), "\x7fELF");
    expect(chooseNode({ folder, own: recent })).toBe(recent.path);
  });

  test("says in one line what to do if neither can run TypeScript", () => {
    expect(() => chooseNode({ folder: temporaryFolder(), own: old })).toThrow(
      /^no Node that runs TypeScript: this one is 20\.20\.2, .* Install Node 24 and start again\.$/,
    );
  });
});

test.each([
  ["18.20.8", false],
  ["20.20.2", false],
  ["22.17.1", false],
  ["22.18.0", true],
  ["23.5.0", false],
  ["23.6.0", true],
  ["24.0.0", true],
  ["26.10.0", true],
])("Node %s runs TypeScript without a flag: %s", (version, expected) => {
  expect(stripsTypes(version)).toBe(expected);
});
