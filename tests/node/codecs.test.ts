import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Decoders, decodeImage } from "../../core/codecs/decode.ts";
import { preparationSchema, prepare } from "../../core/image/prepare.ts";
import { loadDecoders } from "../../node/codecs.ts";
import { decodeWithSharp } from "../../node/sharp.ts";
import { LOSSLESS_IMAGES, LOSSY_IMAGES } from "../support/odd-images.ts";

const limits = { pixels: 1_000_000 };
const SMALL = preparationSchema.parse({ height: 32, width: 32 });

let decoders: Decoders;
beforeAll(() => {
  decoders = loadDecoders();
});

describe("training and serving make the same tensor of an image", () => {
  test.each(Object.entries(LOSSLESS_IMAGES))("%s: exactly", async (_, make) => {
    expect(await largestDifference(await make())).toBe(0);
  });

  test.each(Object.entries(LOSSY_IMAGES))("%s: except for rounding", async (_, make) => {
    expect(await largestDifference(await make())).toBeLessThanOrEqual(1);
  });
});

test("also of photographs at a network's size", async () => {
  const folder = join(import.meta.dirname, "../../examples");
  const photographs = (await readdir(folder)).filter((name) => name.endsWith(".jpg"));
  expect(photographs.length).toBeGreaterThan(0);
  const atSize = preparationSchema.parse({ height: 224, width: 224 });
  for (const name of photographs) {
    const file = await readFile(join(folder, name));
    expect(await largestDifference(file, atSize), name).toBeLessThanOrEqual(1);
  }
});

async function largestDifference(file: Uint8Array, preparation = SMALL): Promise<number> {
  const trained = await decodeWithSharp(file);
  const { pixels, header } = await decodeImage(file, decoders, limits);
  const served = prepare(pixels, header.orientation, preparation);
  return prepare(trained.pixels, trained.orientation, preparation).reduce(
    (largest, sample, i) => Math.max(largest, Math.abs(sample - (served[i] ?? 0))),
    0,
  );
}
