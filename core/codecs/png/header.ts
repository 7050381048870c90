import { readOrientation } from "../../image/exif.ts";
import type { Orientation } from "../../image/orient.ts";
import type { ImageHeader } from "../header.ts";
import { brokenPng, chunks } from "./chunks.ts";
import { readFrame } from "./frame.ts";

/**
 * Reads a PNG's size and orientation, and follows its chunks to `IEND`, checking the checksums of
 * all that the picture needs.
 *
 * @throws {@link UserError} `broken_image`
 */
export function readPngHeader(bytes: Uint8Array): ImageHeader {
  let frame: Pick<ImageHeader, "width" | "height" | "kind"> | undefined;
  let orientation: Orientation = 1;
  for (const { type, body } of chunks(bytes)) {
    if (frame === undefined) {
      const { width, height, interlaced } = readFrame(type, body);
      frame = { width, height, kind: interlaced ? "interlaced PNG" : "PNG" };
    } else if (type === "eXIf") {
      orientation = readOrientation(body);
    }
  }
  if (frame === undefined) {
    throw brokenPng("it has no header");
  }
  return { format: "png", ...frame, orientation };
}
