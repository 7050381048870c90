import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { manifestSchema } from "../../core/bundle/manifest.ts";

const folder = join(import.meta.dirname, "../../model");
const manifest = manifestSchema.parse(
  JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")),
);

describe("the released bundle", () => {
  test.each(manifest.files)("has $path as its manifest describes it", ({ path, bytes, sha256 }) => {
    const content = readFileSync(join(folder, path));
    expect(content.byteLength).toBe(bytes);
    expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
  });

  test("is at most 40 MB", () => {
    const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(total).toBeLessThanOrEqual(40_000_000);
  });

  test("says which data, command and backbone made it, and how good it is", () => {
    expect(manifest.provenance.backbone.fineTuned).toBe(true);
    expect(manifest.provenance.command).toMatch(/^npm run train/);
    expect(manifest.metrics.map(({ split }) => split)).toContain("validation");
  });
});
