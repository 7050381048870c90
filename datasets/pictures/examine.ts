import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import phash from "sharp-phash";
import type { Pixels } from "../../core/image/pixels.ts";
import { decodeWithSharp } from "../../node/sharp.ts";
import type { PictureFacts, SeenPicture } from "./facts.ts";

/** Differences between channels up to this are the codec's, not colours. */
const colourless = 12;
/** Share of coloured pixels that a greyscale picture may have: a mark, a line of a scanner. */
const colouredShare = 0.001;
/** Standard deviation of the brightness, of 255, below which a picture shows nothing. */
const blankDeviation = 4;

/** Looks at one picture as training would read it. */
export async function examinePicture(path: string): Promise<PictureFacts> {
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
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    const kind = (await canBeDecodedInPart(file)) ? "truncated" : "unreadable";
    return { ...about, broken: { kind, reason } };
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

async function describePixels(pixels: Pixels): Promise<SeenPicture> {
  const { width, height, channels, data } = pixels;
  const { deviation, coloured } = pixelStatistics(pixels);
  const blank = deviation < blankDeviation;
  const about = { width, height, greyscale: coloured <= colouredShare, blank };
  if (blank) return about;
  const bits = await phash(Buffer.from(data.buffer, data.byteOffset, data.byteLength), {
    raw: { width, height, channels },
  });
  return { ...about, perceptual: [toNumber(bits.slice(0, 32)), toNumber(bits.slice(32))] };
}

/** The spread of the brightness, and how many pixels have a colour. */
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
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > colourless) coloured++;
  }
  const count = width * height;
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
  return { deviation, coloured: coloured / count };
}

function toNumber(bits: string): number {
  return Number.parseInt(bits, 2);
}
