import { imageError } from "../errors.ts";
import { crc32 } from "./crc32.ts";

const SIGNATURE_BYTES = 8;
/** A chunk's length, type and CRC. */
const FRAME_BYTES = 12;

/** A part of a PNG file. */
export interface Chunk {
  readonly type: string;
  readonly body: Uint8Array;
}

/**
 * The chunks before `IEND`, with their checksums where the picture cannot be seen without them.
 *
 * @throws {@link UserError} `broken_image`
 */
export function* chunks(bytes: Uint8Array): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SIGNATURE_BYTES; at + FRAME_BYTES <= bytes.length; ) {
    const end = at + FRAME_BYTES + view.getUint32(at);
    if (end > bytes.length) {
      break;
    }
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (isCritical(type) && crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw brokenPng("its checksums are wrong");
    }
    if (type === "IEND") {
      return;
    }
    yield { type, body: bytes.subarray(at + 8, end - 4) };
    at = end;
  }
  throw brokenPng("it ends too early");
}

/** Chunks without which the picture cannot be seen: their names begin with a capital. */
function isCritical(type: string): boolean {
  return type >= "A" && type < "[";
}

/** A {@link UserError} `broken_image`. */
export function brokenPng(why: string): Error {
  return imageError("broken_image", `The PNG picture is broken: ${why}.`);
}
