import { randomNumbers } from "../core/random-numbers.ts";
import {
  type MeasureName,
  type Measures,
  type MeasureValues,
  measureSample,
  perMeasure,
} from "./measures.ts";

/** Options of the bootstrap; see {@link bootstrapDefaults}. */
export interface BootstrapOptions {
  /** The number of samples. */
  readonly resamples?: number;
  /** The share of the samples whose values an interval contains, 0 to 1. */
  readonly level?: number;
  /** The seed of the samples. */
  readonly seed?: number;
}

/** The defaults of {@link BootstrapOptions}. */
export const bootstrapDefaults: Required<BootstrapOptions> = {
  resamples: 1000,
  level: 0.95,
  seed: 1,
};

/** A confidence interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The comparison of two systems on the same images. */
export interface Comparison {
  /** The value of the second system minus that of the first. */
  readonly difference: number;
  readonly interval: Interval;
  /** The share of the samples in which the second system is not better than the first. */
  readonly notBetter: number;
}

/**
 * Computes the percentile interval of a statistic over a set of images, from samples of the same size
 * that are drawn with replacement.
 *
 * Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7 (1979); for the
 * percentile interval Efron and Tibshirani, "An introduction to the bootstrap" (1993), chapter 13.
 *
 * @param images - the number of images
 * @param statistic - computes the statistic from the indices of the drawn images, `[images]`
 */
export function bootstrap(
  images: number,
  statistic: (sample: Uint32Array) => number,
  options: BootstrapOptions = {},
): Interval {
  const values = Array.from(drawSamples(images, options), statistic);
  return percentileInterval(values, options);
}

/** Computes the intervals of all measures, over the same samples. */
export function measureIntervals(
  measures: Measures,
  options: BootstrapOptions = {},
): Readonly<Record<MeasureName, Interval>> {
  const values = valuesOfSamples(measures, options);
  return perMeasure((name) =>
    percentileInterval(
      values.map((value) => value[name]),
      options,
    ),
  );
}

/**
 * Compares two systems on the same images. Both are scored on each sample, so that the difficulty of
 * an image for both cancels out.
 *
 * Koehn, "Statistical significance tests for machine translation evaluation", EMNLP 2004.
 *
 * @throws {RangeError} when the systems were measured on different numbers of images
 */
export function pairedBootstrap(
  first: Measures,
  second: Measures,
  name: MeasureName,
  options: BootstrapOptions = {},
): Comparison {
  return pairedComparison(first, second, options)(name);
}

/**
 * Compares two systems by all measures, over the same samples, as {@link pairedBootstrap} does.
 *
 * @throws {RangeError} when the systems were measured on different numbers of images
 */
export function pairedBootstraps(
  first: Measures,
  second: Measures,
  options: BootstrapOptions = {},
): Readonly<Record<MeasureName, Comparison>> {
  return perMeasure(pairedComparison(first, second, options));
}

function pairedComparison(
  first: Measures,
  second: Measures,
  options: BootstrapOptions,
): (name: MeasureName) => Comparison {
  if (first.cider.perImage.length !== second.cider.perImage.length) {
    throw new RangeError("two systems can only be compared on the same images");
  }
  const firstValues = valuesOfSamples(first, options);
  const secondValues = valuesOfSamples(second, options);
  return (name) => {
    const differences = secondValues.map(
      (value, index) => value[name] - (firstValues[index]?.[name] ?? 0),
    );
    return {
      difference: second.corpus[name] - first.corpus[name],
      interval: percentileInterval(differences, options),
      notBetter: differences.filter((difference) => difference <= 0).length / differences.length,
    };
  };
}

function valuesOfSamples(measures: Measures, options: BootstrapOptions): MeasureValues[] {
  const samples = drawSamples(measures.cider.perImage.length, options);
  return Array.from(samples, (sample) => measureSample(measures, sample));
}

function* drawSamples(images: number, options: BootstrapOptions): Generator<Uint32Array> {
  const { resamples, seed } = { ...bootstrapDefaults, ...options };
  const random = randomNumbers(seed);
  for (let count = 0; count < resamples; count += 1) {
    yield Uint32Array.from({ length: images }, () => Math.floor(random() * images));
  }
}

function percentileInterval(values: readonly number[], options: BootstrapOptions): Interval {
  const { level } = { ...bootstrapDefaults, ...options };
  const sorted = Float64Array.from(values).sort();
  const tail = (1 - level) / 2;
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

/**
 * Returns a quantile of sorted values `[N]`, interpolated linearly between the two nearest (type 7 of
 * Hyndman and Fan, "Sample quantiles in statistical packages", 1996).
 *
 * @param share - 0 to 1
 */
export function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}
