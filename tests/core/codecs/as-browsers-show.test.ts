import type { Page } from "playwright-core";
import sharp, { type Sharp } from "sharp";
import { expect } from "vitest";
import { pngOf } from "../../../bench/soak/images/png.ts";
import { decodeImage } from "../../../core/codecs/decode.ts";
import { orient, orientSize } from "../../../core/image/orient.ts";
import { loadDecoders } from "../../../node/codecs.ts";
import { browserTest } from "../../support/browser.ts";
import { softImage } from "../../support/images.ts";

const decoders = loadDecoders();
const SIZE = { width: 40, height: 30 };
const image = softImage(SIZE.width, SIZE.height);
const made = () => sharp(image.data, { raw: image });
const turned = (orientation: number) => made().withMetadata({ orientation });

type Make = () => Promise<Uint8Array>;

/** Files of each format whose metadata or structure could be read in two ways. */
const FILES: Readonly<Record<string, Readonly<Record<string, Make>>>> = {
  jpeg: {
    ...orientations((orientation) => turned(orientation).jpeg()),
    "EXIF after the image data": async () => {
      const [plain, exif] = [await made().jpeg().toBuffer(), exifOf(await jpegTurned(6))];
      return Buffer.concat([plain.subarray(0, -2), exif, plain.subarray(-2)]);
    },
    "two blocks of EXIF": async () => {
      const [first, second] = [await jpegTurned(6), await jpegTurned(3)];
      const frame = first.indexOf(Buffer.of(0xff, 0xc0));
      return Buffer.concat([first.subarray(0, frame), exifOf(second), first.subarray(frame)]);
    },
    "no end marker": async () => (await made().jpeg().toBuffer()).subarray(0, -2),
  },
  png: {
    ...orientations((orientation) => turned(orientation).png()),
    "EXIF after the image data": async () => {
      const { header, exif, data, end } = await pngParts(6);
      return Buffer.concat([header, data, exif, end]);
    },
    "two blocks of EXIF": async () => {
      const { header, exif, data, end } = await pngParts(6);
      return Buffer.concat([header, exif, (await pngParts(3)).exif, data, end]);
    },
    "EXIF with a wrong checksum": async () => {
      const { header, exif, data, end } = await pngParts(6);
      const damaged = exif.with(-1, 255 - (exif.at(-1) ?? 0));
      return Buffer.concat([header, damaged, data, end]);
    },
    "no end": async () => {
      const { header, data } = await pngParts(1);
      return Buffer.concat([header, data]);
    },
  },
  webp: orientations((orientation) => turned(orientation).webp({ lossless: true })),
  avif: orientations((orientation) => turned(orientation).avif()),
  gif: {
    "no screen": gifOf({ screen: [0, 0], frame: [0, 0] }),
    "no screen, and a frame that lies in it": gifOf({ screen: [0, 0], frame: [3, 2] }),
    "a frame beyond its screen": gifOf({ screen: [10, 10], frame: [3, 2] }),
    "a frame taller than its screen": gifOf({ screen: [50, 5], frame: [0, 0] }),
    "a screen without height": gifOf({ screen: [5, 0], frame: [0, 0] }),
  },
};

for (const [format, files] of Object.entries(FILES)) {
  const url = () => "about:blank";
  browserTest(`a ${format} is seen as a browser shows it`, url, async ({ page }) => {
    for (const [name, make] of Object.entries(files)) {
      await expectAsShown(page, `${format}: ${name}`, format, await make());
    }
  });
}

/** Compares what the Worker would caption with what Chromium draws. */
async function expectAsShown(page: Page, name: string, format: string, file: Uint8Array) {
  const source = `data:image/${format};base64,${Buffer.from(file).toString("base64")}`;
  const drawn = await draw(page, source);
  const { pixels, header } = await decodeImage(file, decoders, { pixels: 10_000 });
  const seen = orientSize(pixels, header.orientation);
  expect(seen, name).toEqual({ width: drawn.width, height: drawn.height });
  const rgb = Uint8Array.from(pixels.data).filter((_, i) => i % pixels.channels < 3);
  const ours = orient(rgb, pixels, header.orientation);
  // Chromium leaves the last rows of a JPEG without an end marker transparent.
  const places = Array.from({ length: seen.width * seen.height }, (_, i) => i);
  const opaque = places.filter((i) => drawn.data[4 * i + 3] === 255);
  expect(opaque.length, name).toBeGreaterThan(0.4 * SIZE.width * SIZE.height);
  const differences = opaque.flatMap((i) =>
    [0, 1, 2].map((c) => Math.abs((drawn.data[4 * i + c] ?? 0) - (ours[3 * i + c] ?? 0))),
  );
  const sum = differences.reduce((total, difference) => total + difference, 0);
  expect(sum / differences.length, name).toBeLessThan(2);
}

/** Takes a photograph of an image on a page: `[height, width, 4]`. */
async function draw(page: Page, source: string) {
  await page.setContent(`<body style="margin: 0"><img style="display: block" src="${source}">`);
  const shot = await page.locator("img").screenshot({ omitBackground: true });
  const { data, info } = await sharp(shot)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

function orientations(make: (orientation: number) => Sharp): Record<string, Make> {
  const all = [1, 2, 3, 4, 5, 6, 7, 8];
  return Object.fromEntries(all.map((o) => [`orientation ${o}`, () => make(o).toBuffer()]));
}

/** A GIF with another size of its screen, and its frame at another place. */
function gifOf({ screen, frame }: Readonly<Record<"screen" | "frame", [number, number]>>): Make {
  return async () => {
    const file = await made().gif().toBuffer();
    const at = file.indexOf(Buffer.of(0x2c, 0, 0, 0, 0, SIZE.width, 0, SIZE.height, 0));
    for (const [i, length] of screen.entries()) file.writeUInt16LE(length, 6 + 2 * i);
    for (const [i, place] of frame.entries()) file.writeUInt16LE(place, at + 1 + 2 * i);
    return file;
  };
}

function jpegTurned(orientation: number): Promise<Buffer> {
  return turned(orientation).jpeg().toBuffer();
}

/** A JPEG's EXIF segment. */
function exifOf(jpeg: Buffer): Buffer {
  const start = jpeg.indexOf("Exif\0\0") - 4;
  return jpeg.subarray(start, start + 2 + jpeg.readUInt16BE(start + 2));
}

/** The chunks of a PNG, as far as they are needed: signature and header, EXIF, data, end. */
async function pngParts(orientation: number) {
  const file = await turned(orientation).png().toBuffer();
  const chunk = (type: string) => {
    const start = file.indexOf(type, 0, "latin1") - 4;
    return Uint8Array.from(file.subarray(start, start + 12 + file.readUInt32BE(start)));
  };
  const header = Buffer.concat([pngOf(), chunk("IHDR")]);
  return { header, exif: chunk("eXIf"), data: chunk("IDAT"), end: chunk("IEND") };
}
