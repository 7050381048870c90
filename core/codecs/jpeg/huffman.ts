/** Codes of up to this many bits, which nearly all are, take one step to look up. */
export const LOOKUP_BITS = 9;

const LONGEST_CODE = 16;

/** A Huffman code (ITU-T T.81, annex C), laid out for decoding. */
export interface HuffmanTable {
  /**
   * `[2 ** LOOKUP_BITS]`: for each value of the next {@link LOOKUP_BITS} bits, 256 times the length
   * of the code that they begin with, plus the code's symbol; 0 where that code is longer.
   */
  readonly lookup: Uint16Array;
  /** `[17]`, the largest code of each length, or -1. */
  readonly lastCode: Int32Array;
  /** `[17]`, for each length what to add to a code to get its symbol's place in {@link symbols}. */
  readonly offset: Int32Array;
  readonly symbols: Uint8Array;
}

/**
 * Builds the tables for decoding a Huffman code.
 *
 * @param counts - `[16]`, the number of codes of each length from 1 to 16
 * @param symbols - the symbols in the order of their codes
 * @throws {Error} when there are more codes than their lengths allow
 */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const lookup = new Uint16Array(1 << LOOKUP_BITS);
  const lastCode = new Int32Array(LONGEST_CODE + 1).fill(-1);
  const offset = new Int32Array(LONGEST_CODE + 1);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    const count = counts[length - 1] ?? 0;
    offset[length] = place - code;
    if (code + count > 1 << length) {
      throw new Error("a Huffman table has too many codes");
    }
    for (let i = 0; i < count && length <= LOOKUP_BITS; i++) {
      const free = LOOKUP_BITS - length;
      const entry = (length << 8) | (symbols[place + i] ?? 0);
      lookup.fill(entry, (code + i) << free, (code + i + 1) << free);
    }
    if (count > 0) {
      lastCode[length] = code + count - 1;
    }
    code = (code + count) << 1;
    place += count;
  }
  return { lookup, lastCode, offset, symbols };
}
