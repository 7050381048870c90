import { Unzlib } from "fflate";

/**
 * Compressed bytes that are inflated at a time. A byte may become a thousand: this is the most
 * that anybody can make of our memory, and the most of our time for what lies behind the last row.
 */
const SLICE_BYTES = 4096;

/**
 * Inflates the parts of one zlib stream, as far as the result is asked for. The stream's own
 * checksum is left alone: those of the chunks have been looked at.
 *
 * @throws Error when the data is not compressed as it should be
 */
export function* inflate(parts: Iterable<Uint8Array>): Generator<Uint8Array> {
  let inflated: Uint8Array[] = [];
  const stream = new Unzlib((chunk) => inflated.push(chunk));
  for (const part of parts) {
    for (let at = 0; at < part.length; at += SLICE_BYTES) {
      stream.push(part.subarray(at, at + SLICE_BYTES));
      yield* inflated;
      inflated = [];
    }
  }
}
