const LONGEST_CODE = 15;

/**
 * Builds the lookup table of a Huffman code (RFC 1951, 3.2.2).
 *
 * @param lengths - the length of each symbol's code, 0 to 15; 0 for a symbol that does not occur
 * @returns `[2 ** longest]`: for each value of the next bits, the first one lowest, 16 times the
 *   symbol plus the length of its code; 0 where they are no code
 * @throws {Error} when there are more codes than their lengths allow
 */
export function codeTable(lengths: Uint8Array): Uint16Array {
  const counts = new Uint16Array(LONGEST_CODE + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  counts[0] = 0;
  const next = new Uint16Array(LONGEST_CODE + 1);
  let longest = 1;
  let code = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    code = (code + (counts[length - 1] ?? 0)) << 1;
    next[length] = code;
    if ((counts[length] ?? 0) > 0) longest = length;
    if (code + (counts[length] ?? 0) > 1 << length) {
      throw new Error("a table of the compressed data has too many codes");
    }
  }
  const table = new Uint16Array(1 << longest);
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue;
    const own = next[length] ?? 0;
    next[length] = own + 1;
    const entry = (symbol << 4) | length;
    for (let i = reversed(own, length); i < table.length; i += 1 << length) table[i] = entry;
  }
  return table;
}

/** Reverses a code: codes are stored with their highest bit first, everything else with its lowest. */
function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result |= ((code >> bit) & 1) << (length - 1 - bit);
  return result;
}
