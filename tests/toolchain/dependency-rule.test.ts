import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";

const BIOME = resolve("node_modules/@biomejs/biome/bin/biome");

/** The files of which Biome, with this repository's rules, refuses an import. */
function refused(imports: Record<string, string>): string[] {
  const folder = temporaryFolder();
  cpSync("biome.json", join(folder, "biome.json"));
  for (const [path, imported] of Object.entries(imports)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), `import x from "${imported}";\n\nexport default x;\n`);
  }
  const args = [
    BIOME,
    "lint",
    "--vcs-enabled=false",
    "--reporter=github",
    "--max-diagnostics=none",
  ];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  const findings = stdout.matchAll(/^::error .*?file=([^,]+),/gm);
  const files = [...findings].map(([, file = ""]) => file.replace(`${folder}/`, ""));
  return [...new Set(files)].sort();
}

test("folders import what they may", () => {
  const allowed = {
    "core/a.ts": "./image/resize.ts",
    "core/image/a.ts": "../errors.ts",
    "core/b.ts": "zod",
    "node/a.ts": "node:fs",
    "node/b.ts": "../core/errors.ts",
    "train/a.ts": "../node/command.ts",
    "train/data/a.ts": "../../core/vocabulary.ts",
    "convert/a.ts": "../core/errors.ts",
    "worker/a.ts": "../core/errors.ts",
    "client/a.ts": "../core/errors.ts",
    "worker/b.ts": "cloudflare:workers",
    "cli/a.ts": "../train/index.ts",
    "cli/b.ts": "../worker/index.ts",
    "tests/a.test.ts": "../convert/index.ts",
    "toolchain/a.js": "node:fs",
    "toolchain/b.js": "./a.js",
    "toolchain/tensorflow/a.js": "../a.js",
  };
  expect(refused(allowed)).toEqual([]);
});

test("every import across the folders is refused", () => {
  const forbidden = {
    "core/a.ts": "node:fs",
    "core/b.ts": "fs",
    "core/c.ts": "cloudflare:workers",
    "core/image/d.ts": "../../node/cli/files.ts",
    "core/e.ts": "../train/index.ts",
    "node/a.ts": "../train/index.ts",
    "client/a.ts": "../worker/index.ts",
    "client/b.ts": "node:fs",
    "node/b.ts": "../worker/index.ts",
    "train/a.ts": "../convert/index.ts",
    "train/data/b.ts": "../../worker/index.ts",
    "convert/a.ts": "../train/index.ts",
    "convert/layers/b.ts": "../../worker/index.ts",
    "worker/a.ts": "../train/index.ts",
    "worker/b.ts": "../convert/index.ts",
    "worker/caption/c.ts": "../../node/cli/files.ts",
    "toolchain/a.js": "zod",
    "toolchain/b.js": "@tensorflow/tfjs",
  };
  expect(refused(forbidden)).toEqual(Object.keys(forbidden).sort());
});
