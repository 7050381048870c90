import { readOrientation } from "../image/exif.ts";
import type { Orientation } from "../image/orient.ts";
import { crc32 } from "./crc32.ts";
import { imageError } from "./errors.ts";
import type { ImageHeader } from "./header.ts";

const SIGNATURE_BYTES = 8;
/** A chunk's length, type and CRC. */
const FRAME_BYTES = 12;

const TRUNCATED = "The PNG picture is broken: it ends too early.";

/**
 * Reads a PNG's size and orientation, and follows its chunks to `IEND`, checking the checksums
 * that the decoder leaves unchecked.
 *
 * @throws {@link UserError} `broken_image`
 */
export function readPngHeader(bytes: Uint8Array): ImageHeader {
  let size: Pick<ImageHeader, "width" | "height"> | undefined;
  let orientation: Orientation = 1;
  for (const { type, body } of chunks(bytes)) {
    if (size === undefined) {
      size = readImageHeader(type, body);
    } else if (type === "eXIf") {
      orientation = readOrientation(body);
    }
  }
  if (size === undefined) {
    throw imageError("broken_image", "The PNG picture is broken: it has no header.");
  }
  return { format: "png", ...size, orientation };
}

function* chunks(bytes: Uint8Array): Generator<{ type: string; body: Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SIGNATURE_BYTES; at + FRAME_BYTES <= bytes.length; ) {
    const end = at + FRAME_BYTES + view.getUint32(at);
    if (end > bytes.length) {
      break;
    }
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (isCritical(type) && crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw imageError("broken_image", "The PNG picture is broken: its checksums are wrong.");
    }
    if (type === "IEND") {
      return;
    }
    yield { type, body: bytes.subarray(at + 8, end - 4) };
    at = end;
  }
  throw imageError("broken_image", TRUNCATED);
}

/** Chunks without which the picture cannot be seen: their names begin with a capital. */
function isCritical(type: string): boolean {
  return type >= "A" && type < "[";
}

function readImageHeader(type: string, body: Uint8Array): Pick<ImageHeader, "width" | "height"> {
  if (type !== "IHDR" || body.length !== 13) {
    throw imageError("broken_image", "The PNG picture is broken: its header does not come first.");
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return { width: view.getUint32(0), height: view.getUint32(4) };
}
