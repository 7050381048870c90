import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { importsOf } from "../toolchain/import-graph.ts";

const guide = readFileSync(join(import.meta.dirname, "../../docs/architecture.md"), "utf8");

/** The files of a numbered list, by the heading above it. */
function filesUnder(heading: string): string[] {
  const section = guide.slice(guide.indexOf(`## ${heading}`)).split("\n## ")[0] ?? "";
  return [...section.matchAll(/^\d+\. `(?<path>[^`]+)`/gm)].map(({ groups }) => groups?.path ?? "");
}

test.each([
  ["The way of an image URL", "worker/index.ts"],
  ["The way of a caption through training", "cli/train.ts"],
  ["The way of a model through conversion", "cli/convert.ts"],
])("%s: at most 18 files, each imported by an earlier one", (heading, first) => {
  const files = filesUnder(heading);
  expect(files[0]).toBe(first);
  expect(files.length).toBeGreaterThan(10);
  expect(files.length).toBeLessThanOrEqual(18);
  expect(new Set(files).size).toBe(files.length);
  for (const [index, path] of files.entries()) {
    const earlier = files.slice(0, index).flatMap(importsOf);
    if (index > 0) expect(earlier, path).toContain(path);
  }
});
