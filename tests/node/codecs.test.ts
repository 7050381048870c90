import { beforeAll, describe, expect, test } from "vitest";
import { type Decoders, decodeImage } from "../../core/codecs/decode.ts";
import type { Orientation } from "../../core/image/orient.ts";
import type { Pixels } from "../../core/image/pixels.ts";
import { preparationSchema, prepare } from "../../core/image/prepare.ts";
import { loadDecoders } from "../../node/codecs.ts";
import { decodeWithSharp } from "../../node/sharp.ts";
import { LOSSLESS_PICTURES, LOSSY_PICTURES } from "../support/odd-pictures.ts";

const limits = { pixels: 1_000_000 };
const preparation = preparationSchema.parse({ height: 32, width: 32 });

let decoders: Decoders;
beforeAll(() => {
  decoders = loadDecoders();
});

describe("a picture that trains and a picture that is served make the same tensor", () => {
  test.each(Object.entries(LOSSLESS_PICTURES))("%s: exactly", async (_, make) => {
    expect(await largestDifference(await make())).toBe(0);
  });

  test.each(Object.entries(LOSSY_PICTURES))("%s: but for rounding", async (_, make) => {
    expect(await largestDifference(await make())).toBeLessThanOrEqual(1);
  });
});

async function largestDifference(file: Uint8Array): Promise<number> {
  const trained = await decodeWithSharp(file);
  const { pixels, header } = await decodeImage(file, decoders, limits);
  expect(header.orientation).toBe(trained.orientation);
  const served = tensor(pixels, header.orientation);
  return tensor(trained.pixels, trained.orientation).reduce(
    (largest, sample, i) => Math.max(largest, Math.abs(sample - (served[i] ?? 0))),
    0,
  );
}

function tensor(pixels: Pixels, orientation: Orientation): Uint8Array {
  return prepare(pixels, orientation, preparation);
}
