import type { Inflater } from "./inflate.ts";

/**
 * Cuts an inflated stream into the lines of an image and removes their filters (PNG specification,
 * 9.2). The lines may have different lengths, as those of an interlaced image do.
 */
export class Scanlines {
  readonly #stream: Inflater;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(stream: Inflater) {
    this.#stream = stream;
  }

  /**
   * Reads the next line.
   *
   * @param line - the array to fill; its length is that of the line in bytes
   * @param above - the line above, of the same length; zeros above the first line
   * @param distance - the distance to the pixel on the left, in bytes
   * @throws {Error} when the filter does not exist or the stream has ended
   */
  read(line: Uint8Array, above: Uint8Array, distance: number): void {
    const filter = this.#byte();
    this.#fill(line);
    const undo = FILTERS[filter];
    if (undo === undefined) {
      throw new Error(`there is no filter ${filter}`);
    }
    undo(line, above, distance);
  }

  #byte(): number {
    const one = new Uint8Array(1);
    this.#fill(one);
    return one[0] ?? 0;
  }

  #fill(line: Uint8Array): void {
    for (let filled = 0; filled < line.length; ) {
      if (this.#at === this.#chunk.length) this.#next();
      const piece = this.#chunk.subarray(this.#at, this.#at + line.length - filled);
      line.set(piece, filled);
      filled += piece.length;
      this.#at += piece.length;
    }
  }

  #next(): void {
    this.#chunk = this.#stream.next();
    if (this.#chunk.length === 0) {
      throw new Error("there are fewer rows than the header says");
    }
    this.#at = 0;
  }
}

type Undo = (line: Uint8Array, above: Uint8Array, distance: number) => void;

const FILTERS: readonly Undo[] = [() => undefined, undoSub, undoUp, undoAverage, undoPaeth];

function undoSub(line: Uint8Array, _: Uint8Array, distance: number): void {
  for (let i = distance; i < line.length; i++) {
    line[i] = (line[i] ?? 0) + (line[i - distance] ?? 0);
  }
}

function undoUp(line: Uint8Array, above: Uint8Array): void {
  for (let i = 0; i < line.length; i++) {
    line[i] = (line[i] ?? 0) + (above[i] ?? 0);
  }
}

function undoAverage(line: Uint8Array, above: Uint8Array, distance: number): void {
  for (let i = 0; i < line.length; i++) {
    const left = i < distance ? 0 : (line[i - distance] ?? 0);
    line[i] = (line[i] ?? 0) + ((left + (above[i] ?? 0)) >> 1);
  }
}

/** Predicts with that of left, above and above left which is nearest to left + above - above left. */
function undoPaeth(line: Uint8Array, above: Uint8Array, distance: number): void {
  for (let i = 0; i < line.length; i++) {
    const left = i < distance ? 0 : (line[i - distance] ?? 0);
    const corner = i < distance ? 0 : (above[i - distance] ?? 0);
    const up = above[i] ?? 0;
    const toLeft = Math.abs(up - corner);
    const toUp = Math.abs(left - corner);
    const toCorner = Math.abs(left + up - 2 * corner);
    const nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    line[i] = (line[i] ?? 0) + nearest;
  }
}
