import { type HuffmanTable, huffmanTable } from "./huffman.ts";

/** The tables that segments define for the scans behind them. */
export interface Tables {
  readonly quantisation: (Uint16Array | undefined)[];
  readonly dc: (HuffmanTable | undefined)[];
  readonly ac: (HuffmanTable | undefined)[];
  /** The number of units between two restart markers; 0 for none. */
  restartInterval: number;
}

/** Returns empty tables. */
export function noTables(): Tables {
  return { quantisation: [], dc: [], ac: [], restartInterval: 0 };
}

/**
 * Reads DQT (ITU-T T.81, B.2.4.1): tables of 64 steps, of 8 or 16 bits each.
 *
 * @throws {Error} when a table is damaged
 */
export function defineQuantisation(body: Uint8Array, { quantisation }: Tables): void {
  for (let at = 0; at < body.length; ) {
    const [wide, table] = nibbles(body[at++] ?? 0);
    const width = wide === 0 ? 1 : 2;
    if (wide > 1 || table > 3 || at + 64 * width > body.length) {
      throw new Error("a quantisation table is damaged");
    }
    quantisation[table] = Uint16Array.from({ length: 64 }, (_, k) =>
      wide === 0
        ? (body[at + k] ?? 0)
        : 256 * (body[at + 2 * k] ?? 0) + (body[at + 2 * k + 1] ?? 0),
    );
    at += 64 * width;
  }
}

/**
 * Reads DHT (T.81, B.2.4.2): the number of codes of each length, then their symbols.
 *
 * @throws {Error} when a table is damaged
 */
export function defineHuffman(body: Uint8Array, { dc, ac }: Tables): void {
  for (let at = 0; at < body.length; ) {
    const [kind, table] = nibbles(body[at++] ?? 0);
    const counts = body.subarray(at, at + 16);
    const total = counts.reduce((sum, count) => sum + count, 0);
    at += 16;
    if (kind > 1 || table > 3 || at + total > body.length) {
      throw new Error("a Huffman table is damaged");
    }
    (kind === 0 ? dc : ac)[table] = huffmanTable(counts, body.slice(at, at + total));
    at += total;
  }
}

/** Reads DRI (T.81, B.2.4.4). */
export function defineRestartInterval(body: Uint8Array, tables: Tables): void {
  tables.restartInterval = 256 * (body[0] ?? 0) + (body[1] ?? 0);
}

/** Splits a byte into its halves, the higher one first. */
export function nibbles(byte: number): [number, number] {
  return [byte >> 4, byte & 15];
}
