/** In how many cells, across or down, the 8 samples of a block's side are given out. */
export type Cells = 1 | 2 | 4 | 8;

/** Where the coefficients stand in a block, in the order in which they are coded (T.81, figure A.6). */
const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
  13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52,
  45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/**
 * What each coefficient adds to each cell of a block.
 *
 * The inverse cosine transform is a sum: each coefficient times its wave (T.81, A.3.3). The mean
 * of a sum is the sum of means, so that a picture in which each cell of samples has become its mean
 * takes no more than the same sum over waves of means. It is the whole picture, reduced by a box
 * filter, at a fraction of the work.
 */
export interface Cosines {
  /** `[64, down, across]`: coefficients in the order in which they are coded. */
  readonly waves: Float32Array;
  /** 1 for each coefficient that adds anything to any cell; many waves have the mean 0. */
  readonly seen: Uint8Array;
}

/** @param quantisation - what one step of each coefficient is worth, in the order of coding */
export function cosines(across: Cells, down: Cells, quantisation: Uint16Array): Cosines {
  const cells = across * down;
  const waves = new Float32Array(64 * cells);
  const seen = new Uint8Array(64);
  for (const [k, place] of ZIGZAG.entries()) {
    for (let cell = 0; cell < cells; cell++) {
      const x = meanWave(place % 8, cell % across, across);
      const y = meanWave(Math.floor(place / 8), Math.floor(cell / across), down);
      waves[k * cells + cell] = x * y * (quantisation[k] ?? 0);
      // What should be 0 is at most the rounding of some cosines.
      if (Math.abs(x * y) > 1e-9) seen[k] = 1;
    }
  }
  return { waves, seen };
}

/** The mean of a wave of one dimension over a cell: `8 / cells` of its 8 samples. */
function meanWave(frequency: number, cell: number, cells: Cells): number {
  const length = 8 / cells;
  let sum = 0;
  for (let x = cell * length; x < (cell + 1) * length; x++) {
    sum += Math.cos(((2 * x + 1) * frequency * Math.PI) / 16);
  }
  return ((frequency === 0 ? Math.SQRT1_2 : 1) * sum) / (2 * length);
}
