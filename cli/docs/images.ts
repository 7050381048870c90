/**
 * Tables of the images that are read.
 *
 * @module
 */
import { IMAGE_ERRORS } from "../../core/codecs/errors.ts";
import { decodingBytes, IMAGE_KINDS, type ImageKind, pixelsIn } from "../../core/codecs/kinds.ts";
import { parseSettings } from "../../worker/settings/index.ts";
import { code, markdownTable } from "./markdown.ts";

const MEBIBYTE = 2 ** 20;

/** Returns the table of the largest images that the Worker decodes with its default settings. */
export function imageLimits(): string {
  const { MAX_PIXELS, MAX_DECODE_BYTES } = parseSettings({});
  const rows = IMAGE_KINDS.map((kind) => {
    const pixels = Math.min(MAX_PIXELS, pixelsIn(MAX_DECODE_BYTES, kind));
    // Rounded down: an image of the size in the table is never refused.
    return [kind, memory(kind), (Math.floor(pixels / 1e5) / 10).toFixed(1)];
  });
  return markdownTable(["kind", "memory for decoding", "largest image, in megapixels"], rows);
}

/** Returns the table of the codes with which images are refused. */
export function imageErrors(): string {
  const rows = Object.entries(IMAGE_ERRORS).map(([name, meaning]) => [code(name), meaning]);
  return markdownTable(["code", "when"], rows);
}

/** Describes the estimate of the memory for decoding, which grows with the pixels of large images. */
function memory(kind: ImageKind): string {
  const [at100, at200] = [decodingBytes(100e6, kind), decodingBytes(200e6, kind)];
  const aPixel = (at200 - at100) / 100e6;
  const always = at100 - aPixel * 100e6;
  const least = decodingBytes(0, kind);
  return [
    mebibytes(always),
    // Decoders that yield rows keep almost nothing of the image.
    aPixel < 0.05 ? "" : ` and ${perPixel(aPixel)}`,
    least > always + 1 ? `, at least ${mebibytes(least)}` : "",
  ].join("");
}

function mebibytes(bytes: number): string {
  return `${Number((bytes / MEBIBYTE).toFixed(1))} MiB`;
}

function perPixel(bytes: number): string {
  const text = String(Number(bytes.toFixed(2)));
  return `${text} ${text === "1" ? "byte" : "bytes"} per pixel`;
}
