import { constants, deflateSync } from "node:zlib";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { COLOUR, END, imageHeader, png, pngOf } from "../../../bench/soak/images/png.ts";
import { decodePng } from "../../../core/codecs/png/index.ts";
import { Inflater } from "../../../core/codecs/png/inflate.ts";
import { toPixels } from "../../../core/image/pixels.ts";
import { noise, noiseImage } from "../../support/images.ts";

const MEBIBYTE = 2 ** 20;

describe("inflating", () => {
  const contents = fc.oneof(
    fc.uint8Array({ maxLength: 2000, size: "max" }),
    // Long runs, and copies over long distances.
    fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 1000 }))
      .map(([piece, times]) => new Uint8Array(Buffer.concat(Array(times).fill(piece)))),
    fc
      .tuple(fc.nat(), fc.integer({ min: 1, max: 300_000 }), fc.integer({ min: 1, max: 255 }))
      .map(([seed, length, letters]) => {
        const next = noise(seed);
        return Uint8Array.from({ length }, () => next() % letters);
      }),
  );
  const options = fc.record({
    level: fc.integer({ min: 0, max: 9 }),
    strategy: fc.constantFrom(
      constants.Z_DEFAULT_STRATEGY,
      constants.Z_HUFFMAN_ONLY,
      constants.Z_RLE,
      constants.Z_FIXED,
    ),
  });

  test("restores what zlib deflated with any options, cut into any parts", () => {
    fc.assert(
      fc.property(contents, options, fc.integer({ min: 1, max: 9000 }), (bytes, how, cut) => {
        const deflated = deflateSync(bytes, how);
        const parts = Array.from({ length: Math.ceil(deflated.length / cut) }, (_, i) =>
          deflated.subarray(i * cut, (i + 1) * cut),
        );
        expect(Buffer.compare(inflated(parts), bytes)).toBe(0);
      }),
    );
  });

  test("throws for a stream that is cut off", () => {
    const deflated = deflateSync(noiseImage(40, 40).data);
    for (const kept of [0, 1, 2, 10, deflated.length / 2, deflated.length - 5]) {
      expect(() => inflated([deflated.subarray(0, kept)])).toThrow();
    }
  });
});

describe("a file that would inflate to 200 MiB", () => {
  const header = { width: 40, height: 30, depth: 8, colour: COLOUR.rgb };
  const bomb = deflateSync(Buffer.alloc(200 * MEBIBYTE));

  test("is inflated only as far as its image needs", () => {
    const file = pngOf(imageHeader(header), ["IDAT", bomb], END);
    const started = process.cpuUsage();
    const { data } = toPixels(decodePng(file));
    const { user, system } = process.cpuUsage(started);
    expect(data).toEqual(new Uint8Array(40 * 30 * 3));
    // To inflate all of it takes twenty times as long.
    expect((user + system) / 1000).toBeLessThan(100);
  });

  test.each(["zTXt", "iTXt", "iCCP"])("is not inflated in %s", (type) => {
    const rows = new Uint8Array(30 * 121);
    const named = Buffer.concat([Buffer.from("name\0\0"), bomb]);
    const file = png(header, rows, [type, named]);
    const started = process.cpuUsage();
    expect(toPixels(decodePng(file)).data.length).toBe(40 * 30 * 3);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(100);
  });
});

test("an image of any size and kind is decoded as by sharp", () => {
  const side = fc.integer({ min: 1, max: 40 });
  const kind = fc.record({
    palette: fc.boolean(),
    progressive: fc.boolean(),
    compressionLevel: fc.integer({ min: 0, max: 9 }),
    adaptiveFiltering: fc.boolean(),
  });
  return fc.assert(
    fc.asyncProperty(
      side,
      side,
      fc.constantFrom(3, 4),
      kind,
      async (width, height, of, options) => {
        const image = noiseImage(width, height, of as 3 | 4);
        const file = await sharp(image.data, { raw: image }).png(options).toBuffer();
        const decoded = toPixels(decodePng(file));
        const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
        expect([decoded.width, decoded.height, decoded.channels]) //
          .toEqual([info.width, info.height, info.channels]);
        expect(Buffer.compare(Buffer.from(decoded.data), data)).toBe(0);
      },
    ),
  );
});

function inflated(parts: readonly Uint8Array[]): Uint8Array {
  const inflater = new Inflater(parts);
  const chunks: Uint8Array[] = [];
  for (let chunk = inflater.next(); chunk.length > 0; chunk = inflater.next()) {
    chunks.push(chunk.slice());
  }
  return Buffer.concat(chunks);
}
