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
  /** The number of samples of the longest piece. */
  readonly longest: number;
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
  const lengths = Array.from(ends, (end, piece) => end - (ends[piece - 1] ?? 0));
  return { inputs, outputs, ends, longest: Math.max(...lengths) };
}

/**
 * Sums a row of samples under the triangles. This is the most expensive loop of preparing an image.
 *
 * Within a piece the weight for the output on the right grows evenly, `distance + step * k`, so its
 * sum takes two sums of the samples `v`: `sum v`, and `sum k * v`. The output on the left gets the
 * rest of the reach. All numbers are whole, so the result equals the definition to the last bit.
 *
 * @param row - `[inputs, 3]`, RGB, or `[inputs]`, the pixels of {@link packedPixels}
 * @param sums - `[outputs, 3]`, overwritten
 * @returns whether the row is opaque; if not, `sums` is not complete
 */
export function reduceAcross(
  row: Uint8Array | Uint8ClampedArray | Uint32Array,
  { inputs, outputs, ends }: Reduction,
  sums: Float64Array,
): boolean {
  const [reach, step] = [2 * inputs, 2 * outputs];
  const piece = noSums();
  let [redLeft, greenLeft, blueLeft] = [0, 0, 0];
  let begin = 0;
  for (let index = 0; index <= outputs; index++) {
    const end = ends[index] ?? inputs;
    if (!(row instanceof Uint32Array)) sumSamples(row, begin, end, piece);
    else if (!sumPixels(row, begin, end, piece)) return false;
    const distance = (2 * begin + 1) * outputs - (2 * index - 1) * inputs;
    const redRight = distance * piece.red + step * piece.redRise;
    const greenRight = distance * piece.green + step * piece.greenRise;
    const blueRight = distance * piece.blue + step * piece.blueRise;
    if (index > 0) {
      const to = 3 * (index - 1);
      sums[to] = redLeft + reach * piece.red - redRight;
      sums[to + 1] = greenLeft + reach * piece.green - greenRight;
      sums[to + 2] = blueLeft + reach * piece.blue - blueRight;
    }
    redLeft = redRight;
    greenLeft = greenRight;
    blueLeft = blueRight;
    begin = end;
  }
  return true;
}

/** Of one piece and each channel, `sum v` and `sum k * v`. */
type Sums = ReturnType<typeof noSums>;

function noSums() {
  return { red: 0, green: 0, blue: 0, redRise: 0, greenRise: 0, blueRise: 0 };
}

/** Sums a piece of RGB samples. `sum k * v` is the sum of the running sums from the end. */
function sumSamples(
  samples: Uint8Array | Uint8ClampedArray,
  begin: number,
  end: number,
  piece: Sums,
): void {
  let [red, green, blue] = [0, 0, 0];
  let [redRise, greenRise, blueRise] = [0, 0, 0];
  for (let from = 3 * (end - 1); from >= 3 * begin; from -= 3) {
    redRise += red;
    greenRise += green;
    blueRise += blue;
    red += samples[from] ?? 0;
    green += samples[from + 1] ?? 0;
    blue += samples[from + 2] ?? 0;
  }
  piece.red = red;
  piece.green = green;
  piece.blue = blue;
  piece.redRise = redRise;
  piece.greenRise = greenRise;
  piece.blueRise = blueRise;
}

/** Two channels of a pixel, each with 16 bits for its sum. */
const PAIR = 0x00ff00ff;

/** The longest piece whose `sum k * v` stays below 2^16: 255 * 22 * 21 / 2. */
const PACKED_LENGTH = 22;

/** Sums a piece of RGBA pixels, two channels in one addition; returns whether all are opaque. */
function sumPixels(pixels: Uint32Array, begin: number, end: number, piece: Sums): boolean {
  let [redBlue, greenAlpha] = [0, 0];
  let [redBlueRise, greenAlphaRise] = [0, 0];
  for (let at = end - 1; at >= begin; at--) {
    const pixel = pixels[at] ?? 0;
    redBlueRise = (redBlueRise + redBlue) | 0;
    greenAlphaRise = (greenAlphaRise + greenAlpha) | 0;
    redBlue = (redBlue + (pixel & PAIR)) | 0;
    greenAlpha = (greenAlpha + ((pixel >>> 8) & PAIR)) | 0;
  }
  piece.red = redBlue & 0xffff;
  piece.green = greenAlpha & 0xffff;
  piece.blue = redBlue >>> 16;
  piece.redRise = redBlueRise & 0xffff;
  piece.greenRise = greenAlphaRise & 0xffff;
  piece.blueRise = redBlueRise >>> 16;
  return greenAlpha >>> 16 === 255 * (end - begin);
}

/**
 * Views a part of an RGBA row as pixels of 32 bits, red in the lowest.
 *
 * @param row - `[width, 4]`
 * @returns `[inputs]`; undefined if the pieces are too long to be summed so, or the memory not aligned
 */
export function packedPixels(
  row: Uint8Array | Uint8ClampedArray,
  left: number,
  { inputs, longest }: Reduction,
): Uint32Array | undefined {
  const start = row.byteOffset + 4 * left;
  if (longest > PACKED_LENGTH || start % 4 !== 0) return undefined;
  return new Uint32Array(row.buffer, start, inputs);
}
