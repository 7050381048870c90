import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import {
  type Chunk,
  COLOUR,
  END,
  imageHeader,
  png,
  pngOf,
} from "../../../bench/soak/images/png.ts";
import { type Decoders, decodeImage } from "../../../core/codecs/decode.ts";
import { CodecUnavailableError } from "../../../core/codecs/errors.ts";
import { loadDecoders } from "../../../node/codecs.ts";
import { noiseImage, softImage } from "../../support/images.ts";

const FORMATS = ["jpeg", "png", "webp", "gif", "avif"] as const;
const limits = { pixels: 1_000_000 };
const decoders = loadDecoders();

test.each(["jpeg", "png", "avif"] as const)(
  "a %s with an orientation is decoded as stored",
  async (format) => {
    const file = await from(softImage(40, 30))
      .withMetadata({ orientation: 6 })
      .toFormat(format)
      .toBuffer();
    const { pixels, header } = await decodeImage(file, decoders, limits);
    expect(header.orientation).toBe(6);
    expect([pixels.width, pixels.height]).toEqual([40, 30]);
  },
);

describe.each(FORMATS)("a %s", (format) => {
  test("is decoded to the original samples", async () => {
    const drawn = softImage(40, 30);
    const file = await from(drawn).toFormat(format, { quality: 100 }).toBuffer();
    const { pixels, header } = await decodeImage(file, decoders, limits);
    expect(header).toMatchObject({ format, width: 40, height: 30, orientation: 1 });
    expect(pixels).toMatchObject({ width: 40, height: 30 });
    for (let i = 0; i < 40 * 30 * 3; i++) {
      const sample = pixels.data[pixels.channels * Math.floor(i / 3) + (i % 3)] ?? 0;
      expect(Math.abs(sample - (drawn.data[i] ?? 0))).toBeLessThan(20);
    }
  });

  test("above the limit is refused before decoding", async () => {
    const file = await from(softImage(41, 30)).toFormat(format).toBuffer();
    const untouched = refusing(() => new CodecUnavailableError("was asked"));
    await expect(decodeImage(file, untouched, { pixels: 41 * 30 - 1 })).rejects.toMatchObject({
      name: "UserError",
      code: "too_many_pixels",
      message: expect.stringMatching(
        /^The image has 41 x 30 pixels; at most 1229 are decoded \([\w :]+\)\.$/,
      ),
    });
    await expect(decodeImage(file, decoders, { pixels: 41 * 30 })).resolves.toBeDefined();
  });

  test("with damaged image data is refused, and the next one is decoded", async () => {
    const good = await from(softImage(64, 48)).toFormat(format).toBuffer();
    const before = await decodeImage(good, decoders, limits);
    const bad = brokenContents(format, good);
    for (let i = 0; i < 3; i++) {
      await expect(decodeImage(bad, decoders, limits)).rejects.toMatchObject({
        name: "UserError",
        code: "broken_image",
      });
      expect(await decodeImage(good, decoders, limits)).toEqual(before);
    }
  });

  test("is decoded beside broken ones at the same time", async () => {
    const good = await from(softImage(64, 48)).toFormat(format).toBuffer();
    const bad = brokenContents(format, good);
    const before = await decodeImage(good, decoders, limits);
    const fresh = loadDecoders();
    const results = await Promise.allSettled(
      [bad, good, bad, good, good, bad].map((file) => decodeImage(file, fresh, limits)),
    );
    expect(results.map(({ status }) => status)).toEqual([
      ..."rejected fulfilled rejected fulfilled fulfilled rejected".split(" "),
    ]);
    expect(results[4]).toMatchObject({ value: before });
  });
});

describe("a JPEG, whose decoder would fill missing parts with grey,", () => {
  test.each([false, true])("is refused without its end, progressive: %s", async (progressive) => {
    const file = await photograph().jpeg({ progressive }).toBuffer();
    for (const kept of [0.3, 0.6, 0.99]) {
      const cut = file.subarray(0, Math.floor(file.length * kept));
      await expect(decodeImage(cut, decoders, limits)).rejects.toMatchObject({
        code: "broken_image",
      });
    }
  });

  test("is refused without its middle", async () => {
    const file = await photograph().jpeg().toBuffer();
    const cut = Buffer.concat([file.subarray(0, file.length / 2), file.subarray(-2)]);
    await expect(decodeImage(cut, decoders, limits)).rejects.toMatchObject({
      code: "broken_image",
    });
  });

  test("is accepted with stray bytes between segments, as cameras write them", async () => {
    const file = await photograph().jpeg().toBuffer();
    const stray = Buffer.concat([file.subarray(0, -2), Buffer.alloc(5), file.subarray(-2)]);
    expect((await decodeImage(stray, decoders, limits)).pixels).toEqual(
      (await decodeImage(file, decoders, limits)).pixels,
    );
  });
});

describe("a PNG", () => {
  const header = { width: 8, height: 8, depth: 8, colour: COLOUR.rgb };

  test.each<[string, Uint8Array]>([
    ["too few rows", png(header, new Uint8Array(4 * 25))],
    ["a filter that does not exist", png(header, new Uint8Array(8 * 25).fill(9))],
    ["no pixels", pngOf(imageHeader(header), END)],
    ["pixels that are not compressed", pngOf(imageHeader(header), idat(Buffer.alloc(200, 7)), END)],
    ["a palette that is not there", png({ ...header, colour: COLOUR.palette }, new Uint8Array(72))],
    ["a colour type that does not exist", png({ ...header, colour: 5 }, new Uint8Array(8 * 25))],
  ])("is refused with %s", async (_, file) => {
    await expect(decodeImage(file, decoders, limits)).rejects.toMatchObject({
      code: "broken_image",
    });
  });
});

describe("a fault of a decoder", () => {
  const image = noiseImage(5, 4);
  const file = () => from(image).png().toBuffer();

  test.each([
    ["an Error", new Error("no")],
    ["a number", 5_280_192],
    ["an object", { status: 1 }],
    ["nothing", undefined],
  ])("is reported as a broken image when it throws %s", async (_, thrown) => {
    await expect(
      decodeImage(
        await file(),
        refusing(() => thrown),
        limits,
      ),
    ).rejects.toMatchObject({ name: "UserError", code: "broken_image", cause: thrown });
  });

  test("is passed on when the codec cannot be loaded", async () => {
    const error = new CodecUnavailableError("no such file");
    await expect(
      decodeImage(
        await file(),
        refusing(() => error),
        limits,
      ),
    ).rejects.toBe(error);
  });

  test("is reported as a broken image when the size is not that of the header", async () => {
    const other: Decoders = { ...decoders, png: async (_, use) => use(noiseImage(4, 5)) };
    await expect(decodeImage(await file(), other, limits)).rejects.toMatchObject({
      code: "broken_image",
    });
  });
});

/** Decoders that throw. */
function refusing(make: () => unknown): Decoders {
  const refuse = async () => {
    throw make();
  };
  return { jpeg: refuse, png: refuse, webp: refuse, gif: refuse, avif: refuse };
}

/** A file with a valid header and structure, and damaged image data. */
function brokenContents(format: (typeof FORMATS)[number], good: Uint8Array): Uint8Array {
  if (format === "png") {
    const header = { width: 8, height: 8, depth: 8, colour: COLOUR.rgb };
    return png(header, new Uint8Array(8 * 25).fill(9));
  }
  if (format === "jpeg") {
    return Uint8Array.of(...good.subarray(0, good.length / 2), 0xff, 0xd9);
  }
  if (format === "webp") {
    const firstPartitionLength = 21; // In the frame's tag, after 20 bytes of RIFF.
    return Uint8Array.from(good).fill(0xff, firstPartitionLength, firstPartitionLength + 2);
  }
  const contents = Buffer.from(good).indexOf(format === "avif" ? "mdat" : Buffer.of(0, 0x2c));
  return Uint8Array.from(good).fill(0xff, contents + 20, contents + 60);
}

function idat(body: Uint8Array): Chunk {
  return ["IDAT", body];
}

function from(image: { width: number; height: number; channels: 3 | 4; data: Uint8Array }): Sharp {
  return sharp(image.data, { raw: image });
}

function photograph(): Sharp {
  return from(noiseImage(120, 90));
}
