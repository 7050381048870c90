import sharp from "sharp";
import { decodeGif } from "../core/codecs/gif/index.ts";
import { readHeader } from "../core/codecs/header.ts";
import { decodeJpeg } from "../core/codecs/jpeg/index.ts";
import { withEndMarker } from "../core/codecs/jpeg/segments.ts";
import { decodePng } from "../core/codecs/png/index.ts";
import type { Orientation } from "../core/image/orient.ts";
import { type Pixels, toPixels } from "../core/image/pixels.ts";

/** A decoded image as stored in its file, with its orientation. */
interface StoredImage {
  readonly pixels: Pixels;
  readonly orientation: Orientation;
}

/**
 * Decodes an image with sharp, off the main thread, for training, where images are many and trusted.
 * The samples equal those of the decoders in WebAssembly, except for rounding.
 *
 * sharp applies no colour profile, does not turn the image by EXIF, and keeps alpha, because `core`
 * does or ignores all that. Greyscale becomes RGB, and 16 bits become 8.
 *
 * @throws {UserError} a code of `IMAGE_ERRORS` for images whose header the Worker refuses too
 * @throws {Error} when sharp cannot decode the image
 */
export async function decodeWithSharp(bytes: Uint8Array): Promise<StoredImage> {
  const { format, inks = false, orientation, unterminated = false } = readHeader(bytes);
  if (inks) {
    // sharp would convert CMYK by a built-in profile.
    return { pixels: toPixels(decodeJpeg(bytes, { across: 8, down: 8 })), orientation };
  }
  if (unterminated && format !== "jpeg") {
    // sharp refuses files that lack even a checksum after the last row.
    const decode = format === "png" ? decodePng : decodeGif;
    return { pixels: toPixels(decode(bytes)), orientation };
  }
  const file = unterminated ? withEndMarker(bytes) : bytes;
  const failOn = unterminated ? "warning" : "truncated";
  const { data, info } = await sharp(file, { ignoreIcc: true, failOn })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3 && info.channels !== 4) {
    throw new Error(`sharp made ${info.channels} channels`);
  }
  const pixels: Pixels = { width: info.width, height: info.height, channels: info.channels, data };
  // sharp always turns an AVIF.
  return { pixels, orientation: format === "avif" ? 1 : orientation };
}
