import { imageError } from "../errors.ts";
import { crc32 } from "./crc32.ts";

const SIGNATURE_BYTES = 8;
/** A chunk's length and type, before its body. */
const HEADER_BYTES = 8;
const CHECKSUM_BYTES = 4;

/** A chunk of a PNG file. */
export interface Chunk {
  readonly type: string;
  readonly body: Uint8Array;
}

/**
 * Yields the chunks up to and including `IEND`. Skips ancillary chunks with a wrong checksum, as
 * browsers do. Of an `IDAT` that the end of the file cuts off, yields what is there.
 *
 * @throws {UserError} `broken_image` when a critical chunk has a wrong checksum
 */
export function* chunks(bytes: Uint8Array): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SIGNATURE_BYTES; at + HEADER_BYTES <= bytes.length; ) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const bodyEnd = at + HEADER_BYTES + view.getUint32(at);
    const end = bodyEnd + CHECKSUM_BYTES;
    const chunk: Chunk = { type, body: bytes.subarray(at + HEADER_BYTES, bodyEnd) };
    if (end > bytes.length) {
      if (type === "IDAT") yield chunk;
      return;
    }
    if (crc32(bytes.subarray(at + 4, bodyEnd)) === view.getUint32(bodyEnd)) yield chunk;
    else if (isCritical(type)) throw brokenPng("a checksum in it is wrong");
    if (type === "IEND") return;
    at = end;
  }
}

/** Whether a chunk is needed to show the image: its name begins with a capital. */
function isCritical(type: string): boolean {
  return type >= "A" && type < "[";
}

/** Makes a {@link UserError} `broken_image`. */
export function brokenPng(why: string): Error {
  return imageError("broken_image", `The PNG image is broken: ${why}.`);
}
