import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FORMAT_NAMES, pixelsIn } from "../../core/codecs/kinds.ts";
import { parseSettings } from "../../worker/settings/index.ts";

test("an image from a phone is within the default limits", () => {
  const { MAX_PIXELS, MAX_DECODE_BYTES } = parseSettings({});
  for (const kind of ["baseline JPEG", "progressive JPEG", "PNG"] as const) {
    expect(Math.min(MAX_PIXELS, pixelsIn(MAX_DECODE_BYTES, kind))).toBeGreaterThan(4032 * 3024);
  }
});

test.each(["README.md", "docs/http.md", "docs/images.md"])("%s names every format", (path) => {
  const document = readFileSync(join(import.meta.dirname, "../..", path), "utf8");
  for (const format of Object.values(FORMAT_NAMES)) expect(document).toContain(format);
});
