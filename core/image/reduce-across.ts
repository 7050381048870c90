import type { OpaqueSamples } from "./flatten.ts";

/**
 * A triangle filter that shortens a line of samples, as pieces between the centres of the outputs.
 *
 * In a reduction a triangle reaches exactly from one neighbour's centre to the other's. So every
 * input sample belongs to two outputs, and its two weights add up to the reach. Units are those of
 * `TriangleFilter`.
 */
export interface Reduction {
  readonly inputs: number;
  readonly outputs: number;
  /** For each piece, the first input sample after it. There is one piece more than outputs. */
  readonly ends: Int32Array;
}

/**
 * Computes the pieces of a reduction.
 *
 * @param outputs - at most `inputs`
 */
export function reductionOf(inputs: number, outputs: number): Reduction {
  const ends = Int32Array.from({ length: outputs + 1 }, (_, piece) => {
    if (piece === outputs) return inputs;
    const centre = (2 * piece + 1) * inputs;
    return Math.ceil((centre / outputs - 1) / 2);
  });
  return { inputs, outputs, ends };
}

/**
 * Sums a row of samples under the triangles. This is the most expensive loop of preparing an image:
 * six additions a sample, and no product.
 *
 * Within a piece the weight for the output on the right grows evenly, `distance + step * k`, so its
 * sum takes two sums of the samples `v`: `sum v`, and `sum k * v`, which is the sum of the running
 * sums from the end. The output on the left gets the rest of the reach. All numbers are whole, so the
 * result equals the definition to the last bit.
 *
 * @param row - `[inputs, stride]`, RGB in the first three of each
 * @param sums - `[outputs, 3]`, overwritten
 * @returns `sums`
 */
export function reduceAcross(
  { samples, stride }: OpaqueSamples,
  { inputs, outputs, ends }: Reduction,
  sums: Float64Array,
): Float64Array {
  const [reach, step] = [2 * inputs, 2 * outputs];
  let [redLeft, greenLeft, blueLeft] = [0, 0, 0];
  let begin = 0;
  for (let piece = 0; piece <= outputs; piece++) {
    const end = ends[piece] ?? inputs;
    let [red, green, blue] = [0, 0, 0];
    let [redRise, greenRise, blueRise] = [0, 0, 0];
    for (let from = stride * (end - 1); from >= stride * begin; from -= stride) {
      redRise += red;
      greenRise += green;
      blueRise += blue;
      red += samples[from] ?? 0;
      green += samples[from + 1] ?? 0;
      blue += samples[from + 2] ?? 0;
    }
    const distance = (2 * begin + 1) * outputs - (2 * piece - 1) * inputs;
    const redRight = distance * red + step * redRise;
    const greenRight = distance * green + step * greenRise;
    const blueRight = distance * blue + step * blueRise;
    if (piece > 0) {
      const to = 3 * (piece - 1);
      sums[to] = redLeft + reach * red - redRight;
      sums[to + 1] = greenLeft + reach * green - greenRight;
      sums[to + 2] = blueLeft + reach * blue - blueRight;
    }
    redLeft = redRight;
    greenLeft = greenRight;
    blueLeft = blueRight;
    begin = end;
  }
  return sums;
}
