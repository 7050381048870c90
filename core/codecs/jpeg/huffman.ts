/** Codes up to this long are looked up in one step; nearly all are shorter. */
export const LOOKUP_BITS = 9;

const LONGEST_CODE = 16;

/** A Huffman code (ITU-T T.81, annex C), laid out for decoding. */
export interface HuffmanTable {
  /**
   * For each beginning of {@link LOOKUP_BITS} bits, 256 times the length of the code that it
   * begins with, plus the code's symbol; 0 where that code is longer.
   */
  readonly lookup: Uint16Array;
  /** For each length, the largest code of that length, or -1. */
  readonly lastCode: Int32Array;
  /** For each length, what leads from a code to its symbol's place in {@link symbols}. */
  readonly offset: Int32Array;
  readonly symbols: Uint8Array;
}

/**
 * @param counts - how many codes there are of each length, from 1 to 16
 * @param symbols - in the order of their codes
 * @throws Error when there are more codes than their lengths leave room for
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
      throw new Error("a Huffman table has more codes than there can be");
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
