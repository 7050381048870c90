import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { COLOUR, END, imageHeader, pngOf } from "../../../bench/soak/images/png.ts";
import { readHeader } from "../../../core/codecs/header.ts";
import { IMAGE_FORMATS } from "../../../core/codecs/sniff.ts";
import { noiseImage, softImage } from "../../support/images.ts";

const SIZE = { width: 37, height: 21 };

/** A file of each kind. */
const FILES: Readonly<Record<string, readonly [kind: string, make: () => Promise<Buffer>]>> = {
  "baseline jpeg": ["baseline JPEG", () => made().jpeg().toBuffer()],
  "progressive jpeg": ["progressive JPEG", () => made().jpeg({ progressive: true }).toBuffer()],
  "greyscale jpeg": ["baseline JPEG", () => made().greyscale().jpeg().toBuffer()],
  "jpeg in inks": ["baseline JPEG", () => made().toColourspace("cmyk").jpeg().toBuffer()],
  "jpeg without subsampling": [
    "baseline JPEG",
    () => made().jpeg({ chromaSubsampling: "4:4:4" }).toBuffer(),
  ],
  png: ["PNG", () => made().png().toBuffer()],
  "interlaced png": ["interlaced PNG", () => made().png({ progressive: true }).toBuffer()],
  "palette png": ["PNG", () => made().png({ palette: true }).toBuffer()],
  "lossy webp": ["lossy WebP", () => made().webp().toBuffer()],
  "lossless webp": ["lossless WebP", () => made().webp({ lossless: true }).toBuffer()],
  "lossy webp with alpha": ["lossy WebP with alpha", () => transparent().webp().toBuffer()],
  "lossless webp with alpha": [
    "lossless WebP",
    () => transparent().webp({ lossless: true }).toBuffer(),
  ],
  avif: ["AVIF", () => made().avif({ chromaSubsampling: "4:2:0" }).toBuffer()],
  "avif without subsampling": ["AVIF of 10 bits or 4:4:4", () => made().avif().toBuffer()],
  "avif of 10 bits": [
    "AVIF of 10 bits or 4:4:4",
    () => made().avif({ bitdepth: 10, chromaSubsampling: "4:2:0" }).toBuffer(),
  ],
  "avif with alpha": ["AVIF with alpha", () => transparent().avif().toBuffer()],
  // The bytes after the first frame do not matter; here the last one is missing.
  gif: ["GIF", async () => (await made().gif().toBuffer()).subarray(0, -1)],
  "interlaced gif": [
    "interlaced GIF",
    async () => (await made().gif({ progressive: true }).toBuffer()).subarray(0, -1),
  ],
};

describe.each(Object.entries(FILES))("%s", (name, [kind, make]) => {
  const format = name
    .split(" ")
    .find((word) => (IMAGE_FORMATS as readonly string[]).includes(word));

  test("has its kind and its size", async () => {
    expect(readHeader(await make())).toMatchObject({ format, kind, ...SIZE, orientation: 1 });
  });

  test("may be followed by something else", async () => {
    const file = Buffer.concat([await make(), Buffer.from("something else")]);
    expect(readHeader(file)).toMatchObject(SIZE);
  });
});

test.each(["jpeg", "png", "avif"] as const)(
  "the header of a %s has its orientation, and its size as stored",
  async (format) => {
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const turned = await made().withMetadata({ orientation }).toFormat(format).toBuffer();
      expect(readHeader(turned)).toMatchObject({ format, ...SIZE, orientation });
    }
  },
);

describe("the header is refused", () => {
  test("of a JPEG with 12 bits a sample", async () => {
    const file = await made().jpeg().toBuffer();
    file[file.indexOf(Buffer.of(0xff, 0xc0)) + 4] = 12;
    expect(() => readHeader(file)).toThrow(expect.objectContaining({ code: "unsupported_image" }));
  });

  test("of a JPEG with more scans than encoders write", async () => {
    const file = await made().jpeg({ progressive: true }).toBuffer();
    const scan = Buffer.of(0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0);
    const scans = Buffer.concat([
      file.subarray(0, -2),
      ...Array(200).fill(scan),
      file.subarray(-2),
    ]);
    expect(() => readHeader(scans)).toThrow(expect.objectContaining({ code: "unsupported_image" }));
  });

  test.each([
    ["no width", { width: 0, height: 5, depth: 8, colour: COLOUR.rgb }],
    ["no height", { width: 5, height: 0, depth: 8, colour: COLOUR.rgb }],
  ])("of a PNG with %s", (_, header) => {
    expect(() => readHeader(pngOf(imageHeader(header), END))).toThrow(
      expect.objectContaining({ code: "broken_image" }),
    );
  });

  test("of a PNG whose header is not the first chunk", () => {
    const header = imageHeader({ ...SIZE, depth: 8, colour: COLOUR.rgb });
    expect(() => readHeader(pngOf(["tEXt", Buffer.from("a\0b")], header, END))).toThrow(
      expect.objectContaining({ code: "broken_image" }),
    );
  });

  test("of a PNG with a wrong checksum", async () => {
    const file = await made().png().toBuffer();
    const middle = file.indexOf("IDAT") + 20;
    file.writeUInt8((file[middle] ?? 0) ^ 1, middle);
    expect(() => readHeader(file)).toThrow(expect.objectContaining({ code: "broken_image" }));
  });
});

describe("the header is accepted", () => {
  test("of a PNG with a wrong checksum in an ancillary chunk", async () => {
    const header = imageHeader({ ...SIZE, depth: 8, colour: COLOUR.rgb });
    const file = Buffer.from(pngOf(header, ["tEXt", Buffer.from("by\0me")], END));
    file[file.indexOf("by\0me")] = 0x42;
    expect(readHeader(file)).toMatchObject(SIZE);
  });

  test("of a JPEG with fill bytes before its markers", async () => {
    const file = await made().jpeg().toBuffer();
    for (const marker of [0xdb, 0xc0, 0xc4, 0xda]) {
      const at = file.indexOf(Buffer.of(0xff, marker));
      const filled = Buffer.concat([
        file.subarray(0, at),
        Buffer.alloc(3, 0xff),
        file.subarray(at),
      ]);
      expect(readHeader(filled)).toMatchObject(SIZE);
    }
  });

  test("of a JPEG with two blocks of EXIF, of which the first counts", async () => {
    const first = await made().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const second = await made().withMetadata({ orientation: 3 }).jpeg().toBuffer();
    const file = Buffer.concat([
      first.subarray(0, first.indexOf(FRAME)),
      exifOf(second),
      first.subarray(first.indexOf(FRAME)),
    ]);
    expect(readHeader(file)).toMatchObject({ orientation: 6 });
  });

  test("of an image with damaged EXIF", async () => {
    const file = await made().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const tiff = file.indexOf("Exif\0\0") + 6;
    file.writeUInt32LE(0xffffffff, tiff + 4);
    expect(readHeader(file)).toMatchObject({ ...SIZE, orientation: 1 });
  });
});

/** A JPEG's baseline frame header. */
const FRAME = Buffer.of(0xff, 0xc0);

/** A JPEG's EXIF segment. */
function exifOf(jpeg: Buffer): Buffer {
  const start = jpeg.indexOf("Exif\0\0") - 4;
  return jpeg.subarray(start, start + 2 + jpeg.readUInt16BE(start + 2));
}

function made(): Sharp {
  const image = softImage(SIZE.width, SIZE.height);
  return sharp(image.data, { raw: image });
}

function transparent(): Sharp {
  const image = noiseImage(SIZE.width, SIZE.height, 4);
  return sharp(image.data, { raw: image });
}
