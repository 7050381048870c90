import { readOrientation } from "../../image/exif.ts";
import type { Orientation } from "../../image/orient.ts";
import type { ImageHeader } from "../header.ts";
import { brokenPng, chunks } from "./chunks.ts";
import { readFrame } from "./frame.ts";

/**
 * Reads a PNG's size and orientation, and follows its chunks to the end of the file. Like browsers,
 * it accepts a file without `IEND`, and reads the first `eXIf` before the image data only.
 *
 * @throws {UserError} `broken_image` when the file is damaged, ends too early or has no header
 */
export function readPngHeader(bytes: Uint8Array): ImageHeader {
  let frame: Pick<ImageHeader, "width" | "height" | "kind"> | undefined;
  let orientation: Orientation | undefined;
  let hasData = false;
  let ended = false;
  for (const { type, body } of chunks(bytes)) {
    if (frame === undefined) {
      const { width, height, interlaced } = readFrame(type, body);
      frame = { width, height, kind: interlaced ? "interlaced PNG" : "PNG" };
    } else if (type === "eXIf" && !hasData) {
      orientation ??= readOrientation(body);
    }
    hasData ||= type === "IDAT";
    ended = type === "IEND";
  }
  if (frame === undefined) {
    throw brokenPng("it has no header");
  }
  if (!ended && !hasData) {
    throw brokenPng("it ends too early");
  }
  return { format: "png", ...frame, orientation: orientation ?? 1, unterminated: !ended };
}
