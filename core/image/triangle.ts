/** The input samples whose weighted mean is one output sample. */
export interface Tap {
  /** Indices of the first and the last input sample; neither decreases from tap to tap. */
  readonly first: number;
  readonly last: number;
  /** The distance from the output sample's centre to that of the first input sample. */
  readonly firstDistance: number;
  /** The sum of the weights. */
  readonly sum: number;
}

/** A part of a line of pixels, and the samples that represent it. */
export interface Span {
  /** The first pixel, and the number of pixels. */
  readonly start: number;
  readonly length: number;
  /** The number of pixels that each sample is the mean of; 1 unless the line is reduced. */
  readonly cell: number;
}

/** Returns the samples that a span touches; its border may go through a cell. */
export function samplesOf({ start, length, cell }: Span): { first: number; count: number } {
  const first = Math.floor(start / cell);
  return { first, count: Math.ceil((start + length) / cell) - first };
}

/**
 * A triangle over a line of samples, in whole numbers: in units of 1 / (2 * outputs) of a pixel, and
 * from the span's start, output i has its centre at (2i + 1) * length, and pixel x at
 * (2x + 1) * outputs.
 *
 * The weights are not kept but computed where they are used, as a line may be millions long.
 */
export interface TriangleFilter {
  /** One tap for each output sample. */
  readonly taps: readonly Tap[];
  /** The distance from one input sample to the next. */
  readonly step: number;
  /** The triangle's height, and the distance over which it falls to 0. */
  readonly reach: number;
}

/** Computes the filter; its taps count samples from the first one of {@link samplesOf}. */
export function triangleFilter(span: Span, outputs: number): TriangleFilter {
  const { start, length, cell } = span;
  const samples = samplesOf(span);
  const step = 2 * cell * outputs;
  const reach = 2 * Math.max(length, cell * outputs);
  /** The centre of the first sample. */
  const origin = ((2 * samples.first + 1) * cell - 2 * start) * outputs;
  const taps = Array.from({ length: outputs }, (_, i): Tap => {
    const centre = (2 * i + 1) * length;
    // Weights are above 0 between these ends, which are outside themselves.
    const from = (centre - reach - origin) / step;
    const to = (centre + reach - origin) / step;
    const first = Math.max(0, Math.floor(from) + 1);
    const last = Math.min(samples.count - 1, Math.ceil(to) - 1);
    const firstDistance = origin + step * first - centre;
    let sum = 0;
    for (let k = 0; k <= last - first; k++) {
      sum += reach - Math.abs(firstDistance + step * k);
    }
    return { first, last, firstDistance, sum };
  });
  return { taps, step, reach };
}

/** Returns the weight of input sample x, from `first` to `last` of the tap: a whole number above 0. */
export function weightOf(filter: TriangleFilter, tap: Tap, x: number): number {
  return filter.reach - Math.abs(tap.firstDistance + filter.step * (x - tap.first));
}
