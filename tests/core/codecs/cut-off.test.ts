import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeImage } from "../../../core/codecs/decode.ts";
import { preparationSchema, prepare } from "../../../core/image/prepare.ts";
import { loadDecoders } from "../../../node/codecs.ts";
import { decodeWithSharp } from "../../../node/sharp.ts";
import { noiseImage } from "../../support/images.ts";

const limits = { pixels: 10_000 };
const preparation = preparationSchema.parse({ height: 16, width: 16 });
const decoders = loadDecoders();
const image = noiseImage(40, 30);
const made = () => sharp(image.data, { raw: image });

/** A file of each kind, and how many bytes after its image data it may lack. */
const FILES: Readonly<Record<string, readonly [make: () => Sharp, spare: number]>> = {
  "baseline JPEG": [() => made().jpeg(), 2],
  "progressive JPEG": [() => made().jpeg({ progressive: true }), 2],
  "grey JPEG": [() => made().greyscale().jpeg(), 2],
  "JPEG in inks": [() => made().toColourspace("cmyk").jpeg(), 2],
  // IEND, and the checksums of the last IDAT and of the zlib stream in it.
  PNG: [() => made().png(), 12 + 4 + 4],
  "interlaced PNG": [() => made().png({ progressive: true }), 12 + 4 + 4],
  // The trailer, and the end of the image data.
  GIF: [() => made().gif(), 2],
  "interlaced GIF": [() => made().gif({ progressive: true }), 2],
  "lossy WebP": [() => made().webp(), 0],
  "lossless WebP": [() => made().webp({ lossless: true }), 0],
  AVIF: [() => made().avif(), 0],
};

describe.each(Object.entries(FILES))("a %s that is cut off", (_, [make, spare]) => {
  let file: Buffer;
  beforeAll(async () => {
    file = await make().toBuffer();
  });

  test("after its image data is accepted, in serving and in training", async () => {
    const whole = await decodeImage(file, decoders, limits);
    const trained = await decodeWithSharp(file);
    const input = prepare(trained.pixels, trained.orientation, preparation);
    for (let missing = 0; missing <= spare; missing++) {
      const cut = file.subarray(0, file.length - missing);
      const { pixels } = await decodeImage(cut, decoders, limits);
      expect(pixels, `without ${missing} bytes`).toEqual(whole.pixels);
      const again = await decodeWithSharp(cut);
      expect(prepare(again.pixels, again.orientation, preparation)).toEqual(input);
    }
  });

  test("anywhere else is refused, unless every sample is there", async () => {
    const whole = await decodeImage(file, decoders, limits);
    const lengths = Array.from({ length: 100 }, (_, i) => Math.floor((file.length * i) / 100));
    const late = Array.from({ length: 20 }, (_, i) => file.length - spare - 1 - i);
    for (const length of [...lengths, ...late]) {
      const result = await decodeImage(file.subarray(0, length), decoders, limits).catch(codeOf);
      if (length < 0.97 * file.length) expect(result, `${length} bytes`).toBeTypeOf("string");
      if (typeof result === "string") {
        expect(result).toBe(length === 0 ? "empty_image" : length < 12 ? result : "broken_image");
      } else {
        expect(result.pixels).toEqual(whole.pixels);
      }
    }
  });
});

test("a progressive JPEG without its last scans is refused", async () => {
  const file = await made().jpeg({ progressive: true }).toBuffer();
  const scans = [...file.toString("latin1").matchAll(/\xff\xda\0/g)].map(({ index }) => index);
  expect(scans.length).toBeGreaterThan(5);
  for (const start of scans) {
    const cut = file.subarray(0, start);
    expect(await decodeImage(cut, decoders, limits).catch(codeOf)).toBe("broken_image");
    await expect(decodeWithSharp(cut)).rejects.toMatchObject({ code: "broken_image" });
  }
});

function codeOf(error: { code: string }): string {
  return error.code;
}
