import type { Orientation } from "../image/orient.ts";
import { readAvifHeader } from "./avif/header.ts";
import { imageError } from "./errors.ts";
import { readGifHeader } from "./gif/header.ts";
import { readJpegHeader } from "./jpeg/header.ts";
import type { ImageKind } from "./kinds.ts";
import { readPngHeader } from "./png/header.ts";
import { type ImageFormat, sniffFormat } from "./sniff.ts";
import { readWebpHeader } from "./webp/header.ts";

/** What a file's header says about its image. */
export interface ImageHeader {
  readonly format: ImageFormat;
  readonly kind: ImageKind;
  /** Width and height in pixels, as stored; `orientSize` gives the size as displayed. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  /** Whether the colours are cyan, magenta, yellow and black (CMYK). */
  readonly inks?: boolean;
  /** Whether the file lacks its end marker. Decoding finds out whether the image is complete. */
  readonly unterminated?: boolean;
}

const READERS: Readonly<Record<ImageFormat, (bytes: Uint8Array) => ImageHeader>> = {
  jpeg: readJpegHeader,
  png: readPngHeader,
  webp: readWebpHeader,
  gif: readGifHeader,
  avif: readAvifHeader,
};

/**
 * Reads the header of a file and follows the file's structure to its end, without decoding.
 *
 * @throws {UserError} `broken_image` when the file is damaged, ends too early or has no pixels;
 *   `empty_image`, `unsupported_format`, `unsupported_image`
 */
export function readHeader(bytes: Uint8Array): ImageHeader {
  const format = sniffFormat(bytes);
  const header = READERS[format](bytes);
  if (header.width === 0 || header.height === 0) {
    throw imageError("broken_image", "The image is broken: its width or height is 0.");
  }
  return header;
}
