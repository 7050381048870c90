import { imageError } from "../errors.ts";

/** A box of a HEIF file (ISO/IEC 14496-12, 4.2). */
export interface Box {
  readonly type: string;
  readonly body: Uint8Array;
}

/**
 * Yields the boxes in a file, or in the body of a box.
 *
 * @throws {UserError} `broken_image` when a box is longer than the bytes
 */
export function* boxes(bytes: Uint8Array): Generator<Box> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.length; ) {
    const short = view.getUint32(at);
    const isLong = short === 1 && at + 16 <= bytes.length;
    const header = isLong ? 16 : 8;
    // A length of 0 means the rest.
    const length = isLong ? Number(view.getBigUint64(at + 8)) : short || bytes.length - at;
    if (length < header || at + length > bytes.length) {
      throw brokenAvif("a box is longer than the file");
    }
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    yield { type, body: bytes.subarray(at + header, at + length) };
    at += length;
  }
}

/** Returns the body of the first box of a type. */
export function findBox(bytes: Uint8Array, type: string): Uint8Array | undefined {
  for (const box of boxes(bytes)) {
    if (box.type === type) return box.body;
  }
  return undefined;
}

/** Makes a {@link UserError} `broken_image`. */
export function brokenAvif(why: string): Error {
  return imageError("broken_image", `The AVIF image is broken: ${why}.`);
}
