/** The number of cells, across or down, that the 8 samples of a block's side are reduced to. */
export type Cells = 1 | 2 | 4 | 8;

/** The place of each coefficient in a block, in the order of coding (T.81, figure A.6). */
const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
  13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52,
  45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/**
 * What each coefficient adds to each cell of a block.
 *
 * The inverse cosine transform is a sum: each coefficient times its wave (T.81, A.3.3). The mean of a
 * sum is the sum of the means, so the same sum over the means of the waves gives the image reduced by
 * a box filter, at a fraction of the work.
 */
export interface Cosines {
  /** `[64, down, across]`, the coefficients in the order of coding. */
  readonly waves: Float32Array;
  /** `[64]`, 1 for each coefficient that changes any cell; the means of many waves are 0. */
  readonly seen: Uint8Array;
}

/**
 * Computes the means of the waves over the cells of a block.
 *
 * @param quantisation - `[64]`, the step of each coefficient, in the order of coding
 */
export function cosines(across: Cells, down: Cells, quantisation: Uint16Array): Cosines {
  const cells = across * down;
  const waves = new Float32Array(64 * cells);
  const seen = new Uint8Array(64);
  for (const [k, place] of ZIGZAG.entries()) {
    for (let cell = 0; cell < cells; cell++) {
      const x = meanWave(place % 8, cell % across, across);
      const y = meanWave(Math.floor(place / 8), Math.floor(cell / across), down);
      waves[k * cells + cell] = x * y * (quantisation[k] ?? 0);
      // A mean that should be 0 is a rounding error of cosines.
      if (Math.abs(x * y) > 1e-9) seen[k] = 1;
    }
  }
  return { waves, seen };
}

/** Returns the mean of a one-dimensional wave over a cell: over `8 / cells` of its 8 samples. */
function meanWave(frequency: number, cell: number, cells: Cells): number {
  const length = 8 / cells;
  let sum = 0;
  for (let x = cell * length; x < (cell + 1) * length; x++) {
    sum += Math.cos(((2 * x + 1) * frequency * Math.PI) / 16);
  }
  return ((frequency === 0 ? Math.SQRT1_2 : 1) * sum) / (2 * length);
}
