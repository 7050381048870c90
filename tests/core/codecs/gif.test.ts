import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { decodeGif } from "../../../core/codecs/gif/index.ts";
import { readHeader } from "../../../core/codecs/header.ts";
import { toPixels } from "../../../core/image/pixels.ts";
import { noiseImage, softImage } from "../../support/images.ts";

describe("a GIF is decoded as by libnsgif", () => {
  const side = fc.integer({ min: 1, max: 60 });

  test("of any size, with few colours and with many, interlaced or not", () => {
    const kind = fc.record({
      progressive: fc.boolean(),
      colours: fc.integer({ min: 2, max: 256 }),
    });
    return fc.assert(
      fc.asyncProperty(side, side, fc.boolean(), kind, async (width, height, isNoise, options) => {
        const image = isNoise ? noiseImage(width, height) : softImage(width, height);
        const file = await sharp(image.data, { raw: image }).gif(options).toBuffer();
        await expectAsSharp(file);
      }),
    );
  });

  test("with a first frame anywhere, also beyond the screen, which then grows", async () => {
    const image = softImage(20, 12);
    const made = await sharp(image.data, { raw: image }).gif().toBuffer();
    for (const [left, top, width, height] of [
      [3, 5, 30, 25],
      [0, 13, 20, 25],
      [10, 0, 40, 12],
      [0, 0, 7, 5],
      [4, 3, 10, 30],
      [0, 0, 0, 0],
      [3, 2, 0, 12],
    ] as const) {
      const file = Buffer.from(made);
      const frame = file.indexOf(Buffer.of(0x2c, 0, 0, 0, 0, 20, 0, 12, 0));
      file.writeUInt16LE(width, 6);
      file.writeUInt16LE(height, 8);
      file.writeUInt16LE(left, frame + 1);
      file.writeUInt16LE(top, frame + 3);
      await expectAsSharp(file);
    }
  });
});

describe("a GIF is refused as broken", () => {
  const image = softImage(40, 30);
  const good = sharp(image.data, { raw: image }).gif().toBuffer();

  test.each([
    ["without colours", (file: Buffer) => file.writeUInt8(file.readUInt8(10) & 0x7f, 10)],
    ["without pixels in its first frame", (file: Buffer) => file.writeUInt16LE(0, frame(file) + 5)],
    ["without a frame", (file: Buffer) => file.writeUInt8(0x3b, frame(file))],
  ])("%s", async (_, hurt) => {
    const file = Buffer.from(await good);
    hurt(file);
    expect(() => readHeader(file)).toThrow(expect.objectContaining({ code: "broken_image" }));
  });

  test.each([
    [
      "with fewer pixels than its header says",
      (file: Buffer) => file.writeUInt16LE(31, frame(file) + 7),
    ],
    ["with codes of no length", (file: Buffer) => file.writeUInt8(0, frame(file) + 10)],
    ["with a code that is not in the table", (file: Buffer) => file.fill(0xff, frame(file) + 14)],
  ])("%s", async (_, hurt) => {
    const file = Buffer.from(await good);
    hurt(file);
    expect(() => toPixels(decodeGif(file))).toThrow();
  });

  function frame(file: Buffer): number {
    return file.indexOf(Buffer.of(0x2c, 0, 0, 0, 0, 40, 0, 30, 0));
  }
});

async function expectAsSharp(file: Buffer): Promise<void> {
  const decoded = toPixels(decodeGif(file));
  const { data, info } = await sharp(file)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(readHeader(file)).toMatchObject({ width: info.width, height: info.height });
  expect([decoded.width, decoded.height]).toEqual([info.width, info.height]);
  const seen = (samples: Uint8Array) =>
    samples.map((sample, i) => ((samples[i | 3] ?? 0) === 0 ? 0 : sample));
  expect(Buffer.compare(seen(Uint8Array.from(decoded.data)), seen(data))).toBe(0);
}
