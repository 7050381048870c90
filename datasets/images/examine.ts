import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import phash from "sharp-phash";
import type { Pixels } from "../../core/image/pixels.ts";
import { decodeWithSharp } from "../../node/sharp.ts";
import type { ImageFacts, SeenImage } from "./facts.ts";

/** Largest difference between channels, of 255, that a codec causes in a grey pixel. */
const MAXIMUM_GREY_DIFFERENCE = 12;
/** Largest share of coloured pixels in a greyscale image, such as a mark or a scanner's line. */
const MAXIMUM_COLOURED_SHARE = 0.001;
/** Standard deviation of the brightness, of 255, below which an image shows nothing. */
const BLANK_DEVIATION = 4;

/** Examines one image as training would read it. */
export async function examineImage(path: string): Promise<ImageFacts> {
  const file = await readFile(path).catch((error: Error) => error);
  if (file instanceof Error) {
    const broken = { kind: "unreadable", reason: file.message } as const;
    return { path, sha256: "", bytes: 0, broken };
  }
  const sha256 = createHash("sha256").update(file).digest("hex");
  const about = { path, sha256, bytes: file.length };
  try {
    const { pixels } = await decodeWithSharp(file);
    return { ...about, seen: await describePixels(pixels) };
  } catch (error) {
    if (await canBeDecodedInPart(file)) {
      // libvips' threads share one buffer of messages, so its own words differ from run to run.
      const reason = "the image data is damaged or ends early";
      return { ...about, broken: { kind: "truncated", reason } };
    }
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return { ...about, broken: { kind: "unreadable", reason } };
  }
}

async function canBeDecodedInPart(file: Uint8Array): Promise<boolean> {
  try {
    await sharp(file, { failOn: "none" }).stats();
    return true;
  } catch {
    return false;
  }
}

async function describePixels(pixels: Pixels): Promise<SeenImage> {
  const { width, height, channels, data } = pixels;
  const { deviation, coloured } = pixelStatistics(pixels);
  const blank = deviation < BLANK_DEVIATION;
  const about = { width, height, greyscale: coloured <= MAXIMUM_COLOURED_SHARE, blank };
  if (blank) return about;
  const bits = await phash(Buffer.from(data.buffer, data.byteOffset, data.byteLength), {
    raw: { width, height, channels },
  });
  return { ...about, perceptual: [toNumber(bits.slice(0, 32)), toNumber(bits.slice(32))] };
}

/** Returns the standard deviation of the brightness and the share of coloured pixels. */
function pixelStatistics({ width, height, channels, data }: Pixels) {
  let sum = 0;
  let squares = 0;
  let coloured = 0;
  for (let at = 0; at < data.length; at += channels) {
    const red = data[at] ?? 0;
    const green = data[at + 1] ?? 0;
    const blue = data[at + 2] ?? 0;
    const brightness = (red + 2 * green + blue) / 4;
    sum += brightness;
    squares += brightness * brightness;
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > MAXIMUM_GREY_DIFFERENCE)
      coloured++;
  }
  const count = width * height;
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
  return { deviation, coloured: coloured / count };
}

function toNumber(bits: string): number {
  return Number.parseInt(bits, 2);
}
