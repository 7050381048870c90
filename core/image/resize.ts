import { opaqueRow } from "./flatten.ts";
import { type Raster, type Rectangle, rowsOf, type Size } from "./pixels.ts";
import { packedPixels, reduceAcross, reductionOf } from "./reduce-across.ts";
import {
  type Span,
  samplesOf,
  type Tap,
  type TriangleFilter,
  triangleFilter,
  weightOf,
} from "./triangle.ts";

/** RGB samples, or sums of them. */
type Row = Uint8Array | Uint8ClampedArray | Float64Array;

/**
 * Resizes a window of an image with an antialiased triangle filter. For a reduction the filter is as
 * wide as the reduction, so that every pixel counts; an enlargement is plain bilinear interpolation.
 * Pixel centres are at half-integers, and the filter is cut off and normalised at the window's
 * border. This is Pillow's `BILINEAR` and TensorFlow's `bilinear` with `antialias=True`.
 *
 * The arithmetic is exact. The weights of a triangle over a grid are rational numbers with one
 * common denominator, so they are kept as whole numbers in doubles and divided by their sum once,
 * at the very end, with one rounding. Mirroring or transposing therefore commutes with resizing to
 * the last bit, and rows may be taken before columns. (Exact as long as 255 times the product of
 * both sums of weights stays below 2^53, which takes hundreds of megapixels, or a line of millions.)
 *
 * Reads each input row once. Besides the result it holds two rows, and as many rows of sums as one
 * input row belongs to: three in a reduction. Rows have the shorter of the input's and the result's
 * width, so that the time is bounded by the pixels of both, whatever their shapes.
 *
 * @param window - the part to resize, in pixels of the image before any reduction by its decoder
 * @param size - the size of the result
 * @returns `[size.height, size.width, 3]`, transparency shown over white
 */
export function resize(image: Raster, window: Rectangle, size: Size): Uint8Array {
  const { channels, rows, reduced } = rowsOf(image);
  const cell = reduced?.cell ?? { width: 1, height: 1 };
  const columns: Span = { start: window.left, length: window.width, cell: cell.width };
  const lines: Span = { start: window.top, length: window.height, cell: cell.height };
  const [inRow, inColumn] = [samplesOf(columns), samplesOf(lines)];
  const across = triangleFilter(columns, size.width);
  const down = triangleFilter(lines, size.height);
  const rowLength = 3 * size.width;
  const result = new Uint8Array(size.height * rowLength);
  const opaque = new Uint8Array(3 * inRow.count);
  const summed = new Float64Array(rowLength);
  const acrossFirst = size.width < inRow.count;
  // Cells are few already: only whole pixels are worth the faster sums.
  const isWhole = acrossFirst && cell.width === 1;
  const reduction = isWhole ? reductionOf(window.width, size.width) : undefined;
  const open: { readonly tap: Tap; readonly sums: Float64Array }[] = [];
  const rowOf = (stored: Uint8Array | Uint8ClampedArray): Row => {
    const pixels =
      reduction && channels === 4 ? packedPixels(stored, inRow.first, reduction) : undefined;
    if (reduction && pixels && reduceAcross(pixels, reduction, summed)) return summed;
    const row = opaqueRow(stored, channels, inRow.first, opaque);
    if (reduction) {
      reduceAcross(row, reduction, summed);
      return summed;
    }
    return acrossFirst ? sumAcross(row, across, summed) : row;
  };
  let [y, opened, closed] = [-1 - inColumn.first, 0, 0];

  for (const stored of rows()) {
    y++;
    if (y < 0) continue;
    if (y >= inColumn.count) break;
    const row = rowOf(stored);
    for (let tap = down.taps[opened]; tap && tap.first <= y; tap = down.taps[++opened]) {
      open.push({ tap, sums: new Float64Array(row.length) });
    }
    for (const { tap, sums } of open) {
      addRow(sums, row, weightOf(down, tap, y));
    }
    for (; open[0]?.tap.last === y; open.shift(), closed++) {
      const { tap, sums } = open[0];
      const means = result.subarray(closed * rowLength, (closed + 1) * rowLength);
      divide(acrossFirst ? sums : sumAcross(sums, across, summed), across, tap.sum, means);
    }
  }
  return result;
}

/** Sums a row under the triangles into `sums`, a row of the result's width. */
function sumAcross(row: Row, filter: TriangleFilter, sums: Float64Array): Float64Array {
  const { reach, step } = filter;
  let to = 0;
  for (const { first, last, firstDistance } of filter.taps) {
    let distance = firstDistance;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let from = 3 * first; from <= 3 * last; from += 3) {
      const weight = reach - Math.abs(distance);
      red += weight * (row[from] ?? 0);
      green += weight * (row[from + 1] ?? 0);
      blue += weight * (row[from + 2] ?? 0);
      distance += step;
    }
    sums[to] = red;
    sums[to + 1] = green;
    sums[to + 2] = blue;
    to += 3;
  }
  return sums;
}

function addRow(sums: Float64Array, row: Row, weight: number): void {
  for (let x = 0; x < row.length; x++) {
    sums[x] = (sums[x] ?? 0) + weight * (row[x] ?? 0);
  }
}

/** Divides weighted sums by their weights, rounding half up. */
function divide(sums: Float64Array, across: TriangleFilter, sumDown: number, means: Uint8Array) {
  let to = 0;
  for (const { sum } of across.taps) {
    const total = sum * sumDown;
    for (const end = to + 3; to < end; to++) {
      means[to] = Math.floor((sums[to] ?? 0) / total + 0.5);
    }
  }
}
