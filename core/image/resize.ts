import { opaqueRow } from "./flatten.ts";
import type { Pixels, Rectangle, Size } from "./pixels.ts";

/**
 * Resizes a window of a picture with an antialiased triangle filter: a reduction widens the filter
 * to the reduction, so that every pixel counts; an enlargement is plain bilinear interpolation.
 * Pixel centres are at half-integers, and the filter is cut off at the window's border and
 * normalised there. This is Pillow's `BILINEAR` and TensorFlow's `bilinear` with `antialias=True`.
 *
 * The arithmetic is exact. The weights of a triangle over a grid are rational numbers with one
 * common denominator, so they are kept as whole numbers in doubles and divided by their sum once,
 * at the very end, with one rounding. Mirroring or transposing therefore commutes with resizing to
 * the last bit, and rows may be taken before columns. (Exact as long as 255 times the product of
 * both sums of weights stays below 2^53: beyond 600 megapixels at 224 x 224.)
 *
 * Beside its result it holds two filter widths of rows of the result's width, and one input row.
 *
 * @returns `[size.height, size.width, 3]`, transparency shown over white
 */
export function resize(pixels: Pixels, window: Rectangle, size: Size): Uint8Array {
  const across = triangleFilter(window.width, size.width);
  const down = triangleFilter(window.height, size.height);
  const rowLength = 3 * size.width;
  const result = new Uint8Array(size.height * rowLength);
  const opaque = new Uint8Array(3 * window.width);
  const rows = Array.from({ length: down.widest }, () => new Float64Array(rowLength));
  const sums = new Float64Array(rowLength);
  let nextRow = 0;
  for (const [y, tap] of down.taps.entries()) {
    for (; nextRow < tap.first + tap.weights.length; nextRow++) {
      const row = rows[nextRow % down.widest];
      if (row !== undefined) {
        sumAcross(opaqueRow(pixels, window, nextRow, opaque), across, row);
      }
    }
    sumDown(rows, tap, sums);
    divide(sums, across, tap.sum, result.subarray(y * rowLength, (y + 1) * rowLength));
  }
  return result;
}

/** The input samples that one output sample is the weighted mean of. */
interface Tap {
  /** The first input sample's index. */
  readonly first: number;
  /** Whole numbers above 0, one for each input sample from `first` on. */
  readonly weights: Float64Array;
  readonly sum: number;
}

interface Filter {
  /** One for each output sample. */
  readonly taps: readonly Tap[];
  /** The largest number of input samples of one tap. */
  readonly widest: number;
}

/**
 * In units of 1 / (2 * outputs) input pixels, output i has its centre at (2i + 1) * inputs and
 * input x at (2x + 1) * outputs; the triangle falls from its height to 0 over the same distance.
 */
function triangleFilter(inputs: number, outputs: number): Filter {
  const reach = 2 * Math.max(inputs, outputs);
  const taps = Array.from({ length: outputs }, (_, i): Tap => {
    const centre = (2 * i + 1) * inputs;
    const first = Math.max(0, Math.floor(((centre - reach) / outputs - 1) / 2) + 1);
    const last = Math.min(inputs - 1, Math.ceil(((centre + reach) / outputs - 1) / 2) - 1);
    const weights = Float64Array.from(
      { length: last - first + 1 },
      (_, k) => reach - Math.abs((2 * (first + k) + 1) * outputs - centre),
    );
    return { first, weights, sum: weights.reduce((sum, weight) => sum + weight, 0) };
  });
  return { taps, widest: taps.reduce((most, tap) => Math.max(most, tap.weights.length), 0) };
}

/** Sums the samples of one input row into one row of the result's width: the costly loop. */
function sumAcross(row: Uint8Array | Uint8ClampedArray, filter: Filter, sums: Float64Array): void {
  let to = 0;
  for (const { first, weights } of filter.taps) {
    let from = 3 * first;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let k = 0; k < weights.length; k++) {
      const weight = weights[k] ?? 0;
      red += weight * (row[from] ?? 0);
      green += weight * (row[from + 1] ?? 0);
      blue += weight * (row[from + 2] ?? 0);
      from += 3;
    }
    sums[to] = red;
    sums[to + 1] = green;
    sums[to + 2] = blue;
    to += 3;
  }
}

/** Sums rows that were summed across, taken from a ring of rows. */
function sumDown(rows: readonly Float64Array[], tap: Tap, sums: Float64Array): void {
  sums.fill(0);
  for (const [k, weight] of tap.weights.entries()) {
    const row = rows[(tap.first + k) % rows.length] ?? sums;
    for (let x = 0; x < sums.length; x++) {
      sums[x] = (sums[x] ?? 0) + weight * (row[x] ?? 0);
    }
  }
}

/** Weighted sums to weighted means, rounded half up. */
function divide(sums: Float64Array, across: Filter, sumDown: number, means: Uint8Array): void {
  let to = 0;
  for (const { sum } of across.taps) {
    const total = sum * sumDown;
    for (let end = to + 3; to < end; to++) {
      means[to] = Math.floor((sums[to] ?? 0) / total + 0.5);
    }
  }
}
