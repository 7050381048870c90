/** The end marker. */
export const EOI = 0xd9;
const [TEM, RST0, RST7, SOI] = [0x01, 0xd0, 0xd7, 0xd8];

/** A segment of a JPEG file (ITU-T T.81, B.1.1). */
export interface Segment {
  readonly marker: number;
  /** The bytes behind the length, without a scan's coded data. */
  readonly body: Uint8Array;
  /** The offset behind the segment, where a scan's coded data begins. */
  readonly end: number;
}

/**
 * Yields the segments behind SOI, up to and including EOI where the file has one. Skips coded data,
 * fill bytes and garbage, and a segment that the end of the file cuts off.
 */
export function* segments(bytes: Uint8Array): Generator<Segment> {
  let at = 2;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    const marker = bytes[at + 1];
    if (at === -1 || marker === undefined) return;
    if (marker === EOI) {
      yield { marker, body: bytes.subarray(at + 2, at + 2), end: at + 2 };
      return;
    }
    if (marker === 0xff) {
      at += 1; // A fill byte.
    } else if (isAlone(marker)) {
      at += 2;
    } else {
      const end = at + 2 + 256 * (bytes[at + 2] ?? 0) + (bytes[at + 3] ?? 0);
      if (end < at + 4 || end > bytes.length) return;
      yield { marker, body: bytes.subarray(at + 4, end), end };
      at = end;
    }
  }
}

/**
 * Appends an end marker to a file that lacks it. Decoders then tell a whole file from one that was
 * cut: only the second makes them ask for data beyond the marker.
 */
export function withEndMarker(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.length + 2);
  whole.set(bytes);
  whole.set([0xff, EOI], bytes.length);
  return whole;
}

/** Whether a marker has no body; 0xff00, a coded 0xff, is one of those. */
function isAlone(marker: number): boolean {
  return marker === 0 || marker === TEM || marker === SOI || (marker >= RST0 && marker <= RST7);
}
