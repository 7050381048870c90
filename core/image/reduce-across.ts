import type { OpaqueSamples } from "./flatten.ts";

/**
 * A triangle filter that makes a line of samples shorter, as its pieces between the outputs'
 * centres.
 *
 * In a reduction a triangle reaches exactly from its neighbour's centre to its other neighbour's.
 * Every input sample therefore belongs to two outputs, and its two weights add up to the reach.
 * Units are those of `TriangleFilter`.
 */
export interface Reduction {
  readonly inputs: number;
  readonly outputs: number;
  /** For each piece, the first input sample behind it; one piece more than outputs. */
  readonly ends: Int32Array;
}

/** @param outputs - fewer than `inputs`, or as many. */
export function reductionOf(inputs: number, outputs: number): Reduction {
  const ends = Int32Array.from({ length: outputs + 1 }, (_, piece) => {
    if (piece === outputs) return inputs;
    const centre = (2 * piece + 1) * inputs;
    return Math.ceil((centre / outputs - 1) / 2);
  });
  return { inputs, outputs, ends };
}

/**
 * Sums a row under the triangles: the costly loop of preparing a picture, three additions twice a
 * pixel and no product.
 *
 * Within a piece the weight for the output to the right grows evenly, `distance + step * k`. What it
 * sums to takes two sums of the samples `v`: `sum v`, and `sum k * v`, which is what the running sums
 * from behind add up to. The output to the left gets the rest of the reach. All are whole numbers,
 * so that the result is that of the definition to the last bit.
 *
 * @param sums - `[outputs, 3]`, written.
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
