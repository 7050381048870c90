import { imageError } from "../errors.ts";

const [TEM, RST0, RST7, SOI, EOI] = [0x01, 0xd0, 0xd7, 0xd8, 0xd9];

export const TRUNCATED = "The JPEG picture is broken: it ends too early.";

/** A part of a JPEG file (ITU-T T.81, B.1.1). */
export interface Segment {
  readonly marker: number;
  /** What follows the length, without a scan's coded data. */
  readonly body: Uint8Array;
  /** The offset behind it in the file: where a scan's coded data begins. */
  readonly end: number;
}

/**
 * The segments between SOI and EOI. Coded data, fill bytes and garbage are passed over.
 *
 * @throws {@link UserError} `broken_image` where the file ends before the picture does
 */
export function* segments(bytes: Uint8Array): Generator<Segment> {
  let at = 2;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    const marker = bytes[at + 1];
    if (at === -1 || marker === undefined) {
      throw imageError("broken_image", TRUNCATED);
    }
    if (marker === EOI) {
      return;
    }
    if (marker === 0xff) {
      at += 1; // A fill byte.
    } else if (isAlone(marker)) {
      at += 2;
    } else {
      const end = at + 2 + 256 * (bytes[at + 2] ?? 0) + (bytes[at + 3] ?? 0);
      if (end < at + 4 || end > bytes.length) {
        throw imageError("broken_image", TRUNCATED);
      }
      yield { marker, body: bytes.subarray(at + 4, end), end };
      at = end;
    }
  }
}

/** Markers without a body, and 0xff00, which is a coded 0xff. */
function isAlone(marker: number): boolean {
  return marker === 0 || marker === TEM || marker === SOI || (marker >= RST0 && marker <= RST7);
}
