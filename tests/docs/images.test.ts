import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { IMAGE_ERRORS } from "../../core/codecs/errors.ts";
import { FORMAT_NAMES, IMAGE_KINDS, listFormats, pixelsIn } from "../../core/codecs/kinds.ts";
import { IMAGE_FORMATS } from "../../core/codecs/sniff.ts";
import { parseSettings } from "../../worker/settings/index.ts";

const read = (path: string) => readFileSync(join(import.meta.dirname, "../..", path), "utf8");
const guide = read("docs/images.md");

test.each(IMAGE_KINDS)("the guide to pictures says how large a %s may be", (kind) => {
  const { MAX_PIXELS, MAX_DECODE_BYTES } = parseSettings({});
  const pixels = Math.min(MAX_PIXELS, pixelsIn(MAX_DECODE_BYTES, kind));
  const table = guide.slice(guide.indexOf("## How large"));
  const row = table.split("\n").find((line) => line.startsWith(`| ${kind} |`));
  expect(row?.split("|").at(-2)?.trim()).toBe((Math.floor(pixels / 1e5) / 10).toFixed(1));
});

test("a phone's picture is not refused", () => {
  const { MAX_PIXELS, MAX_DECODE_BYTES } = parseSettings({});
  for (const kind of ["baseline JPEG", "progressive JPEG", "PNG"] as const) {
    expect(Math.min(MAX_PIXELS, pixelsIn(MAX_DECODE_BYTES, kind))).toBeGreaterThan(4032 * 3024);
  }
});

test("the guide to pictures has every code, and every format", () => {
  for (const code of Object.keys(IMAGE_ERRORS)) expect(guide).toContain(`| \`${code}\` |`);
  for (const format of IMAGE_FORMATS) expect(guide).toContain(`- **${FORMAT_NAMES[format]}**`);
});

test("the other guides name the formats that are read", () => {
  expect(read("README.md")).toContain(listFormats());
  expect(read("docs/http.md")).toContain("JPEG, PNG, WebP, GIF or AVIF");
});
