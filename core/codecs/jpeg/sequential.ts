import type { BitReader } from "./bit-reader.ts";
import { addWave, defined, type ScanComponent } from "./scan.ts";

/** Decodes the first coefficient of a block, which is relative to the block before. */
export function decodeFirst(reader: BitReader, of: ScanComponent): number {
  const length = reader.symbol(defined(of.dc));
  if (length > 15) {
    throw new Error("the coded data has a number with too many bits");
  }
  of.prediction += reader.signed(length);
  return of.prediction;
}

/** Decodes a block of a sequential image (ITU-T T.81, F.2.2). */
export function decodeSequential(reader: BitReader, of: ScanComponent, block: number): void {
  addWave(of, block, 0, decodeFirst(reader, of));
  const table = defined(of.ac);
  for (let k = 1; k < 64; k++) {
    const symbol = reader.symbol(table);
    const length = symbol & 15;
    k += symbol >> 4;
    if (length === 0) {
      if (symbol !== 0xf0) return; // The rest is 0.
    } else if (k > 63) {
      throw new Error("a block of the coded data has more than 64 numbers");
    } else {
      addWave(of, block, k, reader.signed(length));
    }
  }
}
