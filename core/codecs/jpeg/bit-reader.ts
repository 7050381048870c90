import { type HuffmanTable, LOOKUP_BITS } from "./huffman.ts";

const LOOKUP_MASK = (1 << LOOKUP_BITS) - 1;
const LONGEST_CODE = 16;
const RST0 = 0xd0;

/**
 * Reads the coded data of a scan bit by bit, up to the next marker. Zeros without end follow, so that
 * no bit needs a check; {@link overran} tells whether any of them was used.
 */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  /** The last {@link #count} of these bits are not yet read. */
  #bits = 0;
  #count = 0;
  /** How many of the buffered bits are zeros that follow the data. */
  #padding = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Whether more bits were read than the data has. */
  get overran(): boolean {
    return this.#count < this.#padding;
  }

  /** Returns the next bit. */
  bit(): number {
    if (this.#count < 1) this.#fill();
    this.#count--;
    return (this.#bits >>> this.#count) & 1;
  }

  /** Returns the next 0 to 16 bits as a whole number. */
  bits(length: number): number {
    if (this.#count < length) this.#fill();
    this.#count -= length;
    return (this.#bits >>> this.#count) & ((1 << length) - 1);
  }

  /** Reads a number of a given length in bits, negative if the first one is 0 (T.81, F.2.2.1). */
  signed(length: number): number {
    if (length === 0) return 0;
    const value = this.bits(length);
    return value < 1 << (length - 1) ? value - (1 << length) + 1 : value;
  }

  /**
   * Returns the next symbol.
   *
   * @throws {Error} when the next bits are not a code of the table
   */
  symbol(table: HuffmanTable): number {
    if (this.#count < LONGEST_CODE) this.#fill();
    const entry = table.lookup[(this.#bits >>> (this.#count - LOOKUP_BITS)) & LOOKUP_MASK] ?? 0;
    if (entry === 0) return this.#longSymbol(table);
    this.#count -= entry >> 8;
    return entry & 0xff;
  }

  #longSymbol({ lastCode, offset, symbols }: HuffmanTable): number {
    for (let length = LOOKUP_BITS + 1; length <= LONGEST_CODE; length++) {
      const code = (this.#bits >>> (this.#count - length)) & ((1 << length) - 1);
      if (code <= (lastCode[length] ?? -1)) {
        this.#count -= length;
        return symbols[code + (offset[length] ?? 0)] ?? 0;
      }
    }
    throw new Error("the coded data has a code that is not in its table");
  }

  /**
   * Continues behind a restart marker.
   *
   * @param number - the expected number of the marker, 0 to 7 in rotation
   * @throws {Error} when another marker comes first
   */
  restart(number: number): void {
    let at = this.#at;
    // Stray bytes between two segments are harmless.
    while (at < this.#bytes.length && !this.#isMarker(at)) at++;
    if (this.overran || this.#bytes[at + 1] !== RST0 + number) {
      throw new Error("a restart marker of the coded data is missing");
    }
    this.#at = at + 2;
    this.#count = 0;
    this.#padding = 0;
  }

  #isMarker(at: number): boolean {
    const next = this.#bytes[at + 1];
    return this.#bytes[at] === 0xff && next !== 0 && next !== 0xff;
  }

  /** Adds bytes while there is room; at least 25 bits are buffered afterwards. */
  #fill(): void {
    while (this.#count <= 24) {
      let byte = this.#bytes[this.#at];
      if (byte === 0xff && this.#bytes[this.#at + 1] === 0) {
        this.#at += 2; // 0xff is coded as 0xff00.
      } else if (byte === undefined || byte === 0xff) {
        byte = 0;
        this.#padding += 8;
      } else {
        this.#at++;
      }
      this.#bits = (this.#bits << 8) | byte;
      this.#count += 8;
    }
  }
}
