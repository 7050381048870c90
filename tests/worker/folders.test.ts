import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { expect, test } from "vitest";
import { importsOf } from "../toolchain/import-graph.ts";

/** The folder of a file below worker/, without subfolders. */
const folderOf = (path: string) => posix.relative("worker", path).split("/")[0] ?? "";

/** For each folder of worker/, the others that it imports. */
function importedFolders(): Map<string, Set<string>> {
  const folders = new Map<string, Set<string>>();
  for (const path of globSync("worker/*/**/*.ts")) {
    const imported = folders.get(folderOf(path)) ?? new Set();
    folders.set(folderOf(path), imported);
    for (const other of importsOf(path)) {
      if (other.startsWith("worker/") && folderOf(other) !== folderOf(path)) {
        imported.add(folderOf(other));
      }
    }
  }
  return folders;
}

test("no two folders of the Worker import each other, directly or around", () => {
  const folders = importedFolders();
  expect(folders.get("routes")).toContain("captioning");
  const remaining = new Set(folders.keys());
  const isLeaf = (folder: string) =>
    [...(folders.get(folder) ?? [])].every((imported) => !remaining.has(imported));
  for (;;) {
    const leaves = [...remaining].filter(isLeaf);
    if (leaves.length === 0) break;
    for (const leaf of leaves) remaining.delete(leaf);
  }
  expect([...remaining]).toEqual([]);
});

test("the documented way of an image URL has at most 18 files, each reached from earlier ones", () => {
  const guide = readFileSync("docs/architecture.md", "utf8");
  const way = [...guide.matchAll(/^\d+\. `(worker\/\S+)`/gm)].map(([, path = ""]) => path);
  expect(way[0]).toBe("worker/index.ts");
  expect(way.length).toBeLessThanOrEqual(18);
  expect(new Set(way).size).toBe(way.length);
  for (const [index, path] of way.entries()) {
    const earlier = way.slice(0, index).flatMap(importsOf);
    if (index > 0) expect(earlier, path).toContain(path);
  }
});
