import { expect, test } from "vitest";
import { codeFolders, foldersImportedBy, reachedFrom } from "./import-graph.ts";

test("the converter's library loads neither run-files nor datasets", () => {
  const reached = reachedFrom("convert/index.ts");
  expect(reached).toContain("convert/convert.ts");
  expect(reached).toContain("core/errors.ts");
  const folders = new Set(reached.map((path) => path.split("/")[0]));
  expect([...folders].sort()).toEqual(["convert", "core", "onnx"]);
});

test("no folders import each other in a circle", () => {
  // The bench shares the tests' stand-ins, and nothing else imports the tests.
  const folders = codeFolders.filter((folder) => folder !== "tests");
  const imported = new Map(folders.map((folder) => [folder, foldersImportedBy(folder)]));
  expect(imported.get("convert")).toContain("core");
  const circles = folders.filter((folder) => leadsTo(folder, folder, imported));
  expect(circles).toEqual([]);
});

/** Returns whether one folder imports another, directly or through others. */
function leadsTo(
  from: string,
  to: string,
  imported: ReadonlyMap<string, readonly string[]>,
): boolean {
  const reached = new Set(imported.get(from));
  for (const folder of reached) for (const next of imported.get(folder) ?? []) reached.add(next);
  return reached.has(to);
}
