import type { ImageFormat } from "./sniff.ts";

/** What decoding takes, in bytes. */
interface Memory {
  readonly aPixel: number;
  /** What an image of any size takes in addition. */
  readonly always: number;
  /** What there is from the start, used or not. */
  readonly least?: number;
}

const MEBIBYTE = 2 ** 20;
/** The memory that an instance of WebAssembly begins with. */
const INSTANCE = 16 * MEBIBYTE;

/**
 * The memory that decoding takes, by kinds of image: measured, and rounded up (docs/images.md). Our
 * own decoders give out rows, or a small size. The codecs hold the whole image, and each also grows
 * with what is in the file; `MAX_DECODE_BYTES` bounds that while they decode. Kinds whose files are
 * large include the file itself.
 */
const MEMORY = {
  "baseline JPEG": { aPixel: 0.01, always: 24 * MEBIBYTE },
  "progressive JPEG": { aPixel: 1.6, always: 24 * MEBIBYTE },
  PNG: { aPixel: 0.01, always: MEBIBYTE },
  "interlaced PNG": { aPixel: 5, always: MEBIBYTE },
  "lossy WebP": { aPixel: 4.38, always: MEBIBYTE, least: INSTANCE },
  "lossy WebP with alpha": { aPixel: 6.6, always: MEBIBYTE, least: INSTANCE },
  "lossless WebP": { aPixel: 9.2, always: MEBIBYTE, least: INSTANCE },
  GIF: { aPixel: 0.01, always: MEBIBYTE },
  "interlaced GIF": { aPixel: 1.3, always: MEBIBYTE },
  AVIF: { aPixel: 22.4, always: 5 * MEBIBYTE, least: INSTANCE },
  "AVIF of 10 bits or 4:4:4": { aPixel: 24.6, always: 6 * MEBIBYTE, least: INSTANCE },
  "AVIF with alpha": { aPixel: 40, always: 6 * MEBIBYTE, least: INSTANCE },
} as const satisfies Record<string, Memory>;

/** A kind of image, by format and by what decides how much memory decoding takes. */
export type ImageKind = keyof typeof MEMORY;

export const IMAGE_KINDS = Object.keys(MEMORY) as readonly ImageKind[];

/** Estimates how much memory decoding a number of pixels takes, in bytes. */
export function decodingBytes(pixels: number, kind: ImageKind): number {
  const { aPixel, always, least = 0 }: Memory = MEMORY[kind];
  return Math.max(least, Math.ceil(pixels * aPixel + always));
}

/** Estimates how many pixels can be decoded in an amount of memory, in bytes. */
export function pixelsIn(bytes: number, kind: ImageKind): number {
  const { aPixel, always, least = 0 }: Memory = MEMORY[kind];
  return bytes < least ? 0 : Math.max(0, Math.floor((bytes - always) / aPixel));
}

/** The names of the formats, for people. */
export const FORMAT_NAMES: Readonly<Record<ImageFormat, string>> = {
  jpeg: "JPEG",
  png: "PNG",
  webp: "WebP",
  gif: "GIF",
  avif: "AVIF",
};

/** Lists all formats that are read, as a part of a sentence. */
export function listFormats(): string {
  const names = Object.values(FORMAT_NAMES);
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
