import type { ImageHeader } from "../header.ts";
import { readFirstFrame } from "./blocks.ts";

/**
 * Reads a GIF's size, and follows its structure to the end of the first frame, which is the only one
 * that is decoded.
 *
 * @throws {UserError} `broken_image` as {@link readFirstFrame}
 */
export function readGifHeader(bytes: Uint8Array): ImageHeader {
  const { screen, interlaced, unterminated } = readFirstFrame(bytes);
  const kind = interlaced ? "interlaced GIF" : "GIF";
  return { format: "gif", kind, ...screen, orientation: 1, unterminated };
}
