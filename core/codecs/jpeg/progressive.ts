import type { BitReader } from "./bit-reader.ts";
import {
  addWave,
  type BlockDecoder,
  type DecodeBlock,
  defined,
  type Scan,
  type ScanComponent,
} from "./scan.ts";
import { decodeFirst } from "./sequential.ts";

/** Decodes a scan of a progressive image (ITU-T T.81, annex G). */
export class ProgressiveScan implements BlockDecoder {
  readonly #scan: Scan;
  /** The number of following blocks without new data. */
  #emptyBlocks = 0;

  constructor(scan: Scan) {
    this.#scan = scan;
  }

  /** Resets the state at a restart marker. */
  readonly restarted = (): void => {
    this.#emptyBlocks = 0;
  };

  /** The function that decodes a block of this scan. */
  get decode(): DecodeBlock {
    const { first, refines } = this.#scan;
    if (first === 0) return refines ? this.#refineFirst : this.#decodeFirst;
    return refines ? this.#refineOthers : this.#decodeOthers;
  }

  readonly #decodeFirst: DecodeBlock = (reader, of, block) => {
    addWave(of, block, 0, decodeFirst(reader, of) * 2 ** this.#scan.shift);
  };

  readonly #refineFirst: DecodeBlock = (reader, of, block) => {
    if (reader.bit() === 1) addWave(of, block, 0, 2 ** this.#scan.shift);
  };

  readonly #decodeOthers: DecodeBlock = (reader, of, block) => {
    if (this.#emptyBlocks > 0) {
      this.#emptyBlocks--;
      return;
    }
    const { first, last, shift } = this.#scan;
    const table = defined(of.ac);
    for (let k = first; k <= last; k++) {
      const symbol = reader.symbol(table);
      const length = symbol & 15;
      const run = symbol >> 4;
      if (length > 0) {
        k += run;
        if (k > last) throw tooMany();
        this.#begin(of, block, k, reader.signed(length) * 2 ** shift);
      } else if (run === 15) {
        k += 15;
      } else {
        this.#emptyBlocks = (1 << run) + reader.bits(run) - 1;
        return;
      }
    }
  };

  /** Adds a bit to each coefficient that is not 0, and starts those that become so. */
  readonly #refineOthers: DecodeBlock = (reader, of, block) => {
    const { first, last, shift } = this.#scan;
    let k = first;
    if (this.#emptyBlocks === 0) {
      const table = defined(of.ac);
      for (; k <= last; k++) {
        const symbol = reader.symbol(table);
        const run = symbol >> 4;
        if ((symbol & 15) === 0 && run < 15) {
          this.#emptyBlocks = (1 << run) + reader.bits(run);
          break;
        }
        const begins = (symbol & 15) > 0;
        const value = begins ? (reader.bit() === 1 ? 1 : -1) * 2 ** shift : 0;
        k = this.#refine(reader, of, block, k, run);
        if (begins) {
          if (k > last) throw tooMany();
          this.#begin(of, block, k, value);
        }
      }
    }
    if (this.#emptyBlocks > 0) {
      this.#refine(reader, of, block, k, 64);
      this.#emptyBlocks--;
    }
  };

  /**
   * Refines the coefficients from k on, skipping so many that are still 0.
   *
   * @returns the place of the next coefficient that is 0, or the end
   */
  #refine(reader: BitReader, of: ScanComponent, block: number, k: number, zeros: number): number {
    const { last, shift } = this.#scan;
    const { history } = of.component;
    for (; k <= last; k++) {
      const word = 4 * block + (k >> 5);
      const bit = 1 << (k & 31);
      if (((history[word] ?? 0) & bit) === 0) {
        if (zeros-- === 0) break;
      } else if (reader.bit() === 1) {
        const negative = ((history[word + 2] ?? 0) & bit) !== 0;
        addWave(of, block, k, (negative ? -1 : 1) * 2 ** shift);
      }
    }
    return k;
  }

  #begin(of: ScanComponent, block: number, k: number, value: number): void {
    const { history } = of.component;
    const word = 4 * block + (k >> 5);
    const bit = 1 << (k & 31);
    history[word] = (history[word] ?? 0) | bit;
    if (value < 0) history[word + 2] = (history[word + 2] ?? 0) | bit;
    addWave(of, block, k, value);
  }
}

function tooMany(): Error {
  return new Error("a block of the coded data has more numbers than its scan");
}
