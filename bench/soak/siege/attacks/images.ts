import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { EXAMPLE_NAMES, exampleImage } from "../../../images.ts";
import { damages } from "../../images/damage.ts";
import { imagesOfAllKinds, type KindSources } from "../../images/kinds.ts";
import { COLOUR, png } from "../../images/png.ts";
import { pick } from "../../turns.ts";
import type { Attacks } from "../attack.ts";
import { ask } from "../exchange.ts";

/** A caption, or the reason why there is none. */
const captionOrProblem =
  /^200$|^400 empty_body$|^415 unsupported_(format|image)$|^422 (blank_image|broken_image|too_many_pixels)$|^413 too_many_bytes$/;

const upload = (url: string, body: Uint8Array, headers: Record<string, string> = {}) =>
  ask(`${url}/caption`, { method: "POST", body: new Uint8Array(body), headers });

/** Uploads small images of all kinds and photographs, each damaged in several ways. */
export async function damagedImages(): Promise<Attacks> {
  const small = [...(await imagesOfAllKinds(await smallSources()))];
  const photographs = await Promise.all(EXAMPLE_NAMES.map(photographKinds));
  const files = [...small, ...photographs.flat()];
  const damage = damages(small.map(([, file]) => file));
  return (n) => {
    const [name, file] = pick(files, n);
    const [apply] = fc.sample(damage, { seed: n, numRuns: 1 });
    return {
      kind: "a damaged image",
      what: `${name}, ${n}`,
      right: captionOrProblem,
      send: ({ service }) => upload(service.url, apply?.(file) ?? file),
    };
  };
}

/** Small copies of a photograph, so that damage is likely to hit a header. */
async function smallSources(): Promise<KindSources> {
  const photograph = sharp(await exampleImage("coffee.jpg"));
  const small = async (width: number, height: number, channels: 3 | 4) => {
    const resized = photograph.clone().resize(width, height, { fit: "fill" });
    const image = channels === 4 ? resized.ensureAlpha(0.5) : resized.removeAlpha();
    return { width, height, channels, data: await image.raw().toBuffer() };
  };
  return {
    opaque: await small(48, 36, 3),
    transparent: await small(24, 20, 4),
    frames: await small(16, 32, 4),
    frameHeight: 16,
  };
}

async function photographKinds(name: string): Promise<[string, Uint8Array][]> {
  const bytes = await exampleImage(name);
  const photograph = () => sharp(bytes).resize(640, 480, { fit: "fill" });
  const formats = [
    ["jpeg", photograph().jpeg()],
    ["progressive jpeg", photograph().jpeg({ progressive: true })],
    ["png", photograph().png()],
    ["webp", photograph().webp()],
    ["gif", photograph().gif()],
    ["avif", photograph().avif({ effort: 0 })],
  ] as const;
  return Promise.all(
    formats.map(
      async ([format, image]): Promise<[string, Uint8Array]> => [
        `${name} as ${format}`,
        new Uint8Array(await image.toBuffer()),
      ],
    ),
  );
}

/** Uploads small files that decode to large images, or that declare large ones. */
export async function bombs(): Promise<Attacks> {
  const files = await makeBombs();
  return (n) => {
    const [what, file, headers] = pick(files, n);
    return {
      kind: "a bomb",
      what,
      right:
        /^200$|^400 (invalid_form|invalid_json)$|^413 too_many_bytes$|^415 unsupported_(format|image)$|^422 (blank_image|broken_image|too_many_pixels)$/,
      send: ({ service }) => upload(service.url, file, headers),
    };
  };
}

type Bomb = readonly [what: string, file: Uint8Array, headers?: Record<string, string>];

async function makeBombs(): Promise<readonly Bomb[]> {
  const flat = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: "teal" }, limitInputPixels: false });
  const made = async (what: string, image: Sharp): Promise<Bomb> => [
    what,
    new Uint8Array(await image.toBuffer()),
  ];
  const jpeg = new Uint8Array(await flat(64, 64).jpeg().toBuffer());
  const progressive = new Uint8Array(await flat(64, 64).jpeg({ progressive: true }).toBuffer());
  const zeros = new Uint8Array(9_000_000);
  const header = { width: 20_000, height: 20_000, depth: 8, colour: COLOUR.rgb };
  return [
    await made("png of 49 megapixels", flat(7000, 7000).png({ compressionLevel: 9 })),
    await made("png of 144 megapixels", flat(12_000, 12_000).png({ compressionLevel: 1 })),
    await made("interlaced png of 64 megapixels", flat(8000, 8000).png({ progressive: true })),
    await made("jpeg of 49 megapixels", flat(7000, 7000).jpeg({ quality: 10 })),
    await made("progressive jpeg of 36 megapixels", flat(6000, 6000).jpeg({ progressive: true })),
    await made("progressive jpeg of 15 megapixels", flat(3900, 3900).jpeg({ progressive: true })),
    await made("lossy webp of 100 megapixels", flat(10_000, 10_000).webp({ effort: 0 })),
    await made(
      "lossless webp of 100 megapixels",
      flat(10_000, 10_000).webp({ lossless: true, effort: 0 }),
    ),
    await made("lossless webp of 2.5 megapixels", flat(1580, 1580).webp({ lossless: true })),
    await made("gif of 36 megapixels", flat(6000, 6000).gif({ effort: 1 })),
    await made("avif of 16 megapixels", flat(4000, 4000).avif({ effort: 0 })),
    await made("avif of 1 megapixel", flat(1000, 1000).avif({ effort: 0 })),
    ["jpeg that declares 65500 x 65500", withJpegSize(jpeg, 65_500)],
    ["jpeg that declares 7000 x 7000", withJpegSize(jpeg, 7000)],
    ["progressive jpeg that declares 3900 x 3900", withJpegSize(progressive, 3900)],
    ["jpeg of ten thousand scans", manyScans(progressive)],
    [
      "png with a text of 200 MB",
      png({ ...header, width: 8, height: 8 }, new Uint8Array(8 * 25), ["zTXt", textBomb()]),
    ],
    ["png that declares 20000 x 20000", png(header, new Uint8Array(1000))],
    ["png with 9 MB of excess data", png({ ...header, width: 8, height: 8 }, zeros)],
    ["gif that declares 65535 x 65535", gifOfSize(65_535)],
    ["gif that declares 5000 x 5000", gifOfSize(5000)],
    ["gzip", gzipSync(zeros), { "Content-Encoding": "gzip" }],
    ["brotli", brotliCompressSync(zeros), { "Content-Encoding": "br" }],
    ["a form of a hundred thousand fields", formOfFields(100_000), formType],
    ["an unfinished form of 10 MB", zeros, formType],
    [
      "a form with an empty boundary",
      formOfFields(2000),
      { "Content-Type": "multipart/form-data; boundary=" },
    ],
    ["json of brackets", Buffer.alloc(8000, "["), { "Content-Type": "application/json" }],
    ["json of 10 MB", Buffer.alloc(10_000_000, "["), { "Content-Type": "application/json" }],
  ];
}

const formType = { "Content-Type": "multipart/form-data; boundary=b" };

function formOfFields(count: number): Uint8Array {
  const field = '--b\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n';
  return Buffer.from(`${field.repeat(count)}--b--\r\n`);
}

function textBomb(): Uint8Array {
  const text = deflateSync(Buffer.alloc(200_000_000));
  return Buffer.concat([Buffer.from("Comment\0\0", "latin1"), text]);
}

/** Overwrites the size in a JPEG's frame header. */
function withJpegSize(file: Uint8Array, side: number): Uint8Array {
  const copy = Buffer.from(file);
  const at = Math.max(copy.indexOf("\xff\xc0", 0, "latin1"), copy.indexOf("\xff\xc2", 0, "latin1"));
  copy.writeUInt16BE(side, at + 5);
  copy.writeUInt16BE(side, at + 7);
  return copy;
}

/** Repeats the last scan ten thousand times. */
function manyScans(file: Uint8Array): Uint8Array {
  const bytes = Buffer.from(file);
  const at = bytes.lastIndexOf("\xff\xda", undefined, "latin1");
  const scan = bytes.subarray(at, bytes.length - 2);
  const scans = Array.from({ length: 10_000 }, () => scan);
  return Buffer.concat([bytes.subarray(0, at), ...scans, bytes.subarray(-2)]);
}

/** Makes a GIF with one pixel's data in a frame that declares a large size. */
function gifOfSize(side: number): Uint8Array {
  const [low, high] = [side & 0xff, side >> 8];
  const screen = [
    ...Buffer.from("GIF89a"),
    low,
    high,
    low,
    high,
    0x80,
    0,
    0,
    0,
    0,
    0,
    255,
    255,
    255,
  ];
  const frame = [0x2c, 0, 0, 0, 0, low, high, low, high, 0, 2, 2, 0x44, 0x01, 0, 0x3b];
  return Uint8Array.from([...screen, ...frame]);
}
