import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { codeFolders } from "./import-graph.ts";

const BIOME = resolve("node_modules/@biomejs/biome/bin/biome");

/** Returns the files in which Biome, with this repository's rules, refuses an import. */
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

/** For each restricted folder, the others that it may import. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  onnx: ["core"],
  metrics: ["core"],
  node: ["core"],
  datasets: ["core", "onnx", "metrics", "node"],
  "run-files": ["core", "onnx", "metrics", "node", "datasets"],
  train: ["core", "onnx", "metrics", "node", "datasets", "run-files"],
  convert: ["core", "onnx", "metrics", "node", "datasets", "run-files"],
  worker: ["core"],
  client: ["core"],
  browser: ["core"],
  site: ["core", "client"],
};

/** The folders that may import every folder. */
const FREE = ["cli", "bench", "tests"];

const FOLDERS = [...Object.keys(MAY_IMPORT), ...FREE, "toolchain"];

/** Writes a file at a folder's top and one below it, for each import that passes the filter. */
function importsAmong(
  folders: readonly string[],
  wanted: (folder: string, other: string) => boolean,
): Record<string, string> {
  const pairs = folders.flatMap((folder) =>
    FOLDERS.filter((other) => other !== folder && wanted(folder, other)).flatMap((other) => [
      [`${folder}/to-${other}.ts`, `../${other}/index.ts`],
      [`${folder}/inner/to-${other}.ts`, `../../${other}/inner/index.ts`],
    ]),
  );
  return Object.fromEntries(pairs);
}

function mayImport(folder: string, other: string): boolean {
  return MAY_IMPORT[folder]?.includes(other) ?? false;
}

test("every folder with code is known to these tests", () => {
  expect([...FOLDERS].sort()).toEqual(codeFolders);
});

test("allowed imports across folders are accepted", () => {
  const allowed = {
    ...importsAmong(Object.keys(MAY_IMPORT), mayImport),
    ...importsAmong(FREE, () => true),
    "core/a.ts": "./image/resize.ts",
    "core/image/a.ts": "../errors.ts",
    "core/b.ts": "zod",
    "node/a.ts": "node:fs",
    "node/b.ts": "./cli/files.ts",
    "datasets/a.ts": "../node/cli/files.ts",
    "train/model/a.ts": "../../node/cli/files.ts",
    "worker/b.ts": "cloudflare:workers",
    "site/b.ts": "cloudflare:workers",
    "site/store/c.ts": "../../worker/http/problem.ts",
    "site/d.ts": "../worker/settings/secrets.ts",
    "toolchain/a.js": "node:fs",
    "toolchain/b.js": "./a.js",
    "toolchain/tensorflow/a.js": "../a.js",
  };
  expect(refused(allowed)).toEqual([]);
});

test("every other import across folders is refused", () => {
  const forbidden = {
    ...importsAmong(Object.keys(MAY_IMPORT), (folder, other) => !mayImport(folder, other)),
    "core/a.ts": "node:fs",
    "core/b.ts": "fs",
    "core/c.ts": "cloudflare:workers",
    "onnx/a.ts": "node:fs",
    "onnx/c.ts": "cloudflare:workers",
    "metrics/a.ts": "node:fs",
    "metrics/c.ts": "cloudflare:workers",
    "client/b.ts": "node:fs",
    "browser/b.ts": "node:fs",
    "core/image/d.ts": "../../node/cli/files.ts",
    "worker/captioning/c.ts": "../../node/cli/files.ts",
    "site/a.ts": "../worker/captioning/request.ts",
    "site/queue/b.ts": "../../worker/routes/caption.ts",
    "toolchain/a.js": "zod",
    "toolchain/b.js": "@tensorflow/tfjs",
  };
  expect(refused(forbidden)).toEqual(Object.keys(forbidden).sort());
});
