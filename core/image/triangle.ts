/** The input samples that one output sample is the weighted mean of. */
export interface Tap {
  /** Indices of the first and the last input sample; both ends only grow from tap to tap. */
  readonly first: number;
  readonly last: number;
  /** From the output sample's centre to the first input sample's: see {@link weightOf}. */
  readonly firstDistance: number;
  /** The sum of the weights. */
  readonly sum: number;
}

/**
 * A triangle over a line of samples, in whole numbers: in units of 1 / (2 * outputs) of an input
 * sample, output i has its centre at (2i + 1) * inputs, and input x at (2x + 1) * outputs.
 *
 * The weights are not kept but computed where they are used, as a line may be millions long.
 */
export interface TriangleFilter {
  /** One for each output sample. */
  readonly taps: readonly Tap[];
  /** From one input sample to the next. */
  readonly step: number;
  /** The triangle's height, and the distance over which it falls to 0. */
  readonly reach: number;
}

export function triangleFilter(inputs: number, outputs: number): TriangleFilter {
  const step = 2 * outputs;
  const reach = 2 * Math.max(inputs, outputs);
  const taps = Array.from({ length: outputs }, (_, i): Tap => {
    const centre = (2 * i + 1) * inputs;
    // Weights are above 0 between these ends, which are outside themselves.
    const start = ((centre - reach) / outputs - 1) / 2;
    const end = ((centre + reach) / outputs - 1) / 2;
    const first = Math.max(0, Math.floor(start) + 1);
    const last = Math.min(inputs - 1, Math.ceil(end) - 1);
    const firstDistance = (2 * first + 1) * outputs - centre;
    let sum = 0;
    for (let k = 0; k <= last - first; k++) {
      sum += reach - Math.abs(firstDistance + step * k);
    }
    return { first, last, firstDistance, sum };
  });
  return { taps, step, reach };
}

/** The weight of input sample x, from `first` to `last` of the tap: a whole number above 0. */
export function weightOf(filter: TriangleFilter, tap: Tap, x: number): number {
  return filter.reach - Math.abs(tap.firstDistance + filter.step * (x - tap.first));
}
