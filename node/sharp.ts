import sharp from "sharp";
import { decodeGif } from "../core/codecs/gif/index.ts";
import { readHeader } from "../core/codecs/header.ts";
import { decodeJpeg } from "../core/codecs/jpeg/index.ts";
import { withEndMarker } from "../core/codecs/jpeg/segments.ts";
import { decodePng } from "../core/codecs/png/index.ts";
import type { Orientation } from "../core/image/orient.ts";
import { type Pixels, toPixels } from "../core/image/pixels.ts";

/** A picture as its file holds it, with the way it wants to be turned. */
export interface StoredPicture {
  readonly pixels: Pixels;
  readonly orientation: Orientation;
}

/**
 * Decodes a picture with sharp, off the main thread: for training, where there are many pictures
 * and all are trusted. The samples are the WebAssembly decoders', but for rounding.
 *
 * sharp is kept from everything that `core` does or leaves alone: it applies no colour profile,
 * turns nothing by EXIF, and keeps alpha as it is. Greyscale becomes RGB, 16 bits become 8.
 *
 * @throws UserError with a code of `IMAGE_ERRORS`, for the pictures that the Worker refuses too
 * @throws Error of sharp's, when it cannot decode the picture
 */
export async function decodeWithSharp(bytes: Uint8Array): Promise<StoredPicture> {
  const { format, inks = false, orientation, unterminated = false } = readHeader(bytes);
  if (inks) {
    // sharp would turn inks into colours by a profile of its own.
    return { pixels: toPixels(decodeJpeg(bytes, { across: 8, down: 8 })), orientation };
  }
  if (unterminated && format !== "jpeg") {
    // sharp refuses files that lack as little as a checksum behind the last row.
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
  // sharp has turned an AVIF already, and does not let itself be kept from it.
  return { pixels, orientation: format === "avif" ? 1 : orientation };
}
