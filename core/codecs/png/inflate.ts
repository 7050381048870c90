import { codeTable } from "./code-table.ts";

/** The largest distance of a copy, in bytes. */
const WINDOW = 32_768;
const LONGEST_COPY = 258;
/** The most bytes that are inflated at a time. */
const OUTPUT = 4 * WINDOW;

const [STORED, FIXED, DYNAMIC] = [0, 1, 2];
const END_OF_BLOCK = 256;

const LENGTH_BASE = Uint16Array.of(
  ...[3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59],
  ...[67, 83, 99, 115, 131, 163, 195, 227, 258],
);
const LENGTH_BITS = Uint8Array.of(
  ...[0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0],
);
const DISTANCE_BASE = Uint16Array.of(
  ...[1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769],
  ...[1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577],
);
const DISTANCE_BITS = Uint8Array.of(
  ...[0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12],
  ...[13, 13],
);
/** The order of the code length codes (RFC 1951, 3.2.7). */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

const FIXED_LITERALS = codeTable(
  Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)),
);
const FIXED_DISTANCES = codeTable(new Uint8Array(30).fill(5));

/**
 * Inflates a zlib stream (RFC 1950, 1951) only as far as the result is read, in a few windows of
 * memory, because one megabyte may inflate to a thousand. It ignores the stream's own checksum: those
 * of the PNG's chunks have been checked.
 */
export class Inflater {
  readonly #parts: Iterator<Uint8Array>;
  #part: Uint8Array = new Uint8Array(0);
  #at = 0;
  #bits = 0;
  #count = 0;
  /** A window of the bytes that were returned before, and then those to be returned next. */
  readonly #output = new Uint8Array(WINDOW + OUTPUT + LONGEST_COPY);
  #end = WINDOW;
  #written = 0;
  #block: number | undefined;
  #isLast = false;
  #stored = 0;
  #fault: unknown;
  #literals = FIXED_LITERALS;
  #distances = FIXED_DISTANCES;

  /**
   * @param parts - the stream, cut anywhere
   * @throws {Error} when the stream has no zlib header
   */
  constructor(parts: Iterable<Uint8Array>) {
    this.#parts = parts[Symbol.iterator]();
    const header = (this.#take(8) << 8) | this.#take(8);
    if (header % 31 !== 0 || ((header >> 8) & 15) !== 8 || (header & 0x20) !== 0) {
      throw new Error("the image data has no zlib header");
    }
  }

  /**
   * Returns the next bytes, in memory that the next call reuses; none at the end. Returns the bytes
   * before a fault before it throws, because a file may be cut behind all that its rows need.
   *
   * @throws {Error} when the data is damaged or ends too early
   */
  next(): Uint8Array {
    if (this.#fault !== undefined) throw this.#fault;
    const output = this.#output;
    output.copyWithin(0, this.#end - WINDOW, this.#end);
    this.#end = WINDOW;
    try {
      while (this.#end < WINDOW + OUTPUT && this.#continue());
    } catch (error) {
      if (this.#end === WINDOW) throw error;
      this.#fault = error;
    }
    this.#written += this.#end - WINDOW;
    return output.subarray(WINDOW, this.#end);
  }

  /** Continues a block until it ends or the output is full; false at the end of the stream. */
  #continue(): boolean {
    if (this.#block === undefined) {
      if (this.#isLast) return false;
      this.#isLast = this.#take(1) === 1;
      this.#block = this.#take(2);
      if (this.#block === STORED) this.#beginStored();
      else if (this.#block === DYNAMIC) this.#readTables();
      else if (this.#block === FIXED) this.#useFixedTables();
      else throw new Error("the compressed data has a block of an unknown type");
    }
    const isDone = this.#block === STORED ? this.#copyStored() : this.#inflate();
    if (isDone) this.#block = undefined;
    return true;
  }

  #useFixedTables(): void {
    this.#literals = FIXED_LITERALS;
    this.#distances = FIXED_DISTANCES;
  }

  #beginStored(): void {
    this.#take(this.#count % 8);
    this.#stored = this.#take(16);
    if ((this.#stored ^ this.#take(16)) !== 0xffff) {
      throw new Error("a stored block of the compressed data is damaged");
    }
  }

  #copyStored(): boolean {
    for (; this.#stored > 0 && this.#end < WINDOW + OUTPUT; this.#stored--) {
      const byte = this.#take(8);
      this.#output[this.#end++] = byte;
    }
    return this.#stored === 0;
  }

  /** Reads the code lengths, which are coded themselves (RFC 1951, 3.2.7). */
  #readTables(): void {
    const [literals, distances, count] = [
      this.#take(5) + 257,
      this.#take(5) + 1,
      this.#take(4) + 4,
    ];
    const ofLengths = new Uint8Array(19);
    for (const symbol of LENGTH_ORDER.slice(0, count)) ofLengths[symbol] = this.#take(3);
    const table = codeTable(ofLengths);
    const lengths = new Uint8Array(literals + distances);
    for (let i = 0; i < lengths.length; ) {
      const symbol = this.#symbol(table);
      if (symbol < 16) {
        lengths[i++] = symbol;
        continue;
      }
      const repeat =
        symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7);
      if (i + repeat > lengths.length || (symbol === 16 && i === 0)) {
        throw new Error("a table of the compressed data is damaged");
      }
      lengths.fill(symbol === 16 ? (lengths[i - 1] ?? 0) : 0, i, i + repeat);
      i += repeat;
    }
    this.#literals = codeTable(lengths.subarray(0, literals));
    this.#distances = codeTable(lengths.subarray(literals));
  }

  /** @returns whether the block has ended */
  #inflate(): boolean {
    const output = this.#output;
    let end = this.#end;
    while (end < WINDOW + OUTPUT) {
      this.#end = end;
      const symbol = this.#symbol(this.#literals);
      if (symbol < END_OF_BLOCK) {
        output[end++] = symbol;
        continue;
      }
      if (symbol === END_OF_BLOCK) {
        this.#end = end;
        return true;
      }
      const length = (LENGTH_BASE[symbol - 257] ?? 0) + this.#take(LENGTH_BITS[symbol - 257] ?? 0);
      const code = this.#symbol(this.#distances);
      const distance = (DISTANCE_BASE[code] ?? 0) + this.#take(DISTANCE_BITS[code] ?? 0);
      if (symbol > 285 || code > 29 || distance > this.#written + end - WINDOW) {
        throw new Error("the compressed data copies from outside the output");
      }
      // A copy may overlap itself, so it goes byte by byte.
      for (const last = end + length; end < last; end++) output[end] = output[end - distance] ?? 0;
    }
    this.#end = end;
    return false;
  }

  #symbol(table: Uint16Array): number {
    if (this.#count < 15) this.#fill();
    const entry = table[this.#bits & (table.length - 1)] ?? 0;
    const length = entry & 15;
    if (length === 0) {
      throw new Error("the compressed data has a code that is not in its table");
    }
    this.#drop(length);
    return entry >> 4;
  }

  /** Returns the next 0 to 16 bits as a number. */
  #take(length: number): number {
    if (this.#count < length) this.#fill();
    const value = this.#bits & ((1 << length) - 1);
    this.#drop(length);
    return value;
  }

  #drop(length: number): void {
    this.#bits >>>= length;
    this.#count -= length;
    if (this.#count < 0) {
      throw new Error("the compressed data ends too early");
    }
  }

  /** Adds bytes while there is room and there are any. */
  #fill(): void {
    while (this.#count <= 24) {
      while (this.#at === this.#part.length) {
        const { done, value } = this.#parts.next();
        if (done === true) return;
        this.#part = value;
        this.#at = 0;
      }
      this.#bits |= (this.#part[this.#at++] ?? 0) << this.#count;
      this.#count += 8;
    }
  }
}
