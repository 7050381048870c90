import type { ImageFormat } from "./sniff.ts";

/** What decoding takes: so many bytes for a pixel, and so many whatever the size. */
interface Memory {
  readonly aPixel: number;
  readonly always: number;
}

const MEBIBYTE = 2 ** 20;

/**
 * The kinds of picture that are read here, with the memory that decoding takes: what was measured,
 * rounded up (docs/images.md). Ours decode row by row or to a small size, and have little to
 * remember; the others have 16 MiB from the start, and all of the picture in the end.
 */
const MEMORY = {
  "baseline JPEG": { aPixel: 0.01, always: 24 * MEBIBYTE },
  "progressive JPEG": { aPixel: 0.8, always: 24 * MEBIBYTE },
  PNG: { aPixel: 0.01, always: MEBIBYTE },
  "interlaced PNG": { aPixel: 4, always: MEBIBYTE },
  "lossy WebP": { aPixel: 5.5, always: 16 * MEBIBYTE },
  "lossless WebP": { aPixel: 8, always: 16 * MEBIBYTE },
  GIF: { aPixel: 0.01, always: MEBIBYTE },
  "interlaced GIF": { aPixel: 1, always: MEBIBYTE },
  AVIF: { aPixel: 20.5, always: 16 * MEBIBYTE },
} as const satisfies Record<string, Memory>;

/** One of the kinds of picture that are read here. */
export type ImageKind = keyof typeof MEMORY;

export const IMAGE_KINDS = Object.keys(MEMORY) as readonly ImageKind[];

/** How much memory decoding so many pixels takes, in bytes. */
export function decodingBytes(pixels: number, kind: ImageKind): number {
  return Math.ceil(pixels * MEMORY[kind].aPixel + MEMORY[kind].always);
}

/** How many pixels are decoded in so much memory. */
export function pixelsIn(bytes: number, kind: ImageKind): number {
  return Math.max(0, Math.floor((bytes - MEMORY[kind].always) / MEMORY[kind].aPixel));
}

/** What formats are called. */
export const FORMAT_NAMES: Readonly<Record<ImageFormat, string>> = {
  jpeg: "JPEG",
  png: "PNG",
  webp: "WebP",
  gif: "GIF",
  avif: "AVIF",
};

/** All formats that are understood, as a list in a sentence. */
export function listFormats(): string {
  const names = Object.values(FORMAT_NAMES);
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
