const COEFFICIENTS = 64;

/**
 * Tells whether the scans of a file hold all of its image, so that a file without an end marker can
 * be told from one whose last scans were cut off. The last scan itself may still be cut short:
 * decoding finds that.
 */
export class Coverage {
  readonly #progressive: boolean;
  /** For each component, the lowest bit that the scans hold of each coefficient. */
  readonly #lowestBits: ReadonlyMap<number, Uint8Array>;

  /** @param frame - the body of the frame header (ITU-T T.81, B.2.2) */
  constructor(frame: Uint8Array, progressive: boolean) {
    this.#progressive = progressive;
    const ids = Array.from({ length: frame[5] ?? 0 }, (_, i) => frame[6 + 3 * i] ?? 0);
    this.#lowestBits = new Map(ids.map((id) => [id, new Uint8Array(COEFFICIENTS).fill(255)]));
  }

  /** @param scan - the body of a scan header (T.81, B.2.3) */
  add(scan: Uint8Array): void {
    const count = scan[0] ?? 0;
    const [first = 0, last = 0, bits = 0] = scan.subarray(1 + 2 * count);
    for (let i = 0; i < count; i++) {
      const lowestBits = this.#lowestBits.get(scan[1 + 2 * i] ?? 0);
      if (this.#progressive) lowestBits?.fill(bits & 15, first, last + 1);
      else lowestBits?.fill(0);
    }
  }

  get isComplete(): boolean {
    return [...this.#lowestBits.values()].every((bits) => bits.every((bit) => bit === 0));
  }
}
