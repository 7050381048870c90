import type { Orientation } from "../image/orient.ts";
import { readAvifHeader } from "./avif/header.ts";
import { imageError } from "./errors.ts";
import { readGifHeader } from "./gif/header.ts";
import { readJpegHeader } from "./jpeg/header.ts";
import type { ImageKind } from "./kinds.ts";
import { readPngHeader } from "./png/header.ts";
import { type ImageFormat, sniffFormat } from "./sniff.ts";
import { readWebpHeader } from "./webp/header.ts";

/** What a picture says of itself before it is decoded. */
export interface ImageHeader {
  readonly format: ImageFormat;
  readonly kind: ImageKind;
  /** As stored: see `orientSize` for the size as seen. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  /** Whether its colours are cyan, magenta, yellow and black, for print. */
  readonly inks?: boolean;
  /** Whether the file lacks its end marker; decoding tells whether any of the image is missing. */
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
 * Reads a picture's header and walks along the file's structure to its end, without decoding.
 *
 * @throws {@link UserError} with a code of `IMAGE_ERRORS`: `broken_image` for a file that ends too
 *   early or has no size, and `empty_image`, `unsupported_format`, `unsupported_image`
 */
export function readHeader(bytes: Uint8Array): ImageHeader {
  const format = sniffFormat(bytes);
  const header = READERS[format](bytes);
  if (header.width === 0 || header.height === 0) {
    throw imageError("broken_image", "The picture is broken: its header says it has no pixels.");
  }
  return header;
}
