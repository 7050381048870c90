import { mean } from "../../metrics/caption.ts";
import { bootstrap, type Interval } from "../../metrics/index.ts";

/** A caption's confidence, and whether the caption fits its image. */
export interface Judged {
  readonly confidence: number;
  readonly fits: boolean;
}

/** One of the bins that the captions are sorted into by their confidence. */
export interface ReliabilityBin {
  readonly images: number;
  readonly confidence: number;
  /** The share of the captions that fit. */
  readonly fits: number;
}

/** What a threshold keeps. */
export interface ThresholdRow {
  readonly threshold: number;
  /** The share of the captions whose confidence reaches the threshold. */
  readonly kept: number;
  /** The share of those that fit; absent if none is kept. */
  readonly fits?: number;
}

const BINS = 10;

/** Fewer kept captions than this say too little about a threshold. */
const FEWEST_KEPT = 50;

/** The thresholds that reports list. */
const LISTED_THRESHOLDS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as const;

/**
 * Returns the area under the ROC curve: the probability that a caption that fits has a higher score
 * than one that does not, ties counted half.
 *
 * Computed from ranks: Hanley and McNeil, Radiology 143 (1982).
 *
 * @returns NaN if all captions fit, or none.
 */
export function areaUnderRoc(scores: readonly number[], fits: readonly boolean[]): number {
  const order = [...scores.keys()].sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && scores[order[end] ?? 0] === scores[order[start] ?? 0]) end++;
    const sharedRank = (start + 1 + end) / 2;
    rankSum += sharedRank * order.slice(start, end).filter((index) => fits[index]).length;
    start = end;
  }
  const positives = fits.filter(Boolean).length;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (scores.length - positives));
}

/** Sorts captions by confidence into ten bins of equal counts, the least confident first. */
export function reliabilityBins(judged: readonly Judged[]): ReliabilityBin[] {
  const sorted = judged.toSorted((a, b) => a.confidence - b.confidence);
  return Array.from({ length: BINS }, (_, bin) => {
    const from = Math.floor((bin * sorted.length) / BINS);
    const part = sorted.slice(from, Math.floor(((bin + 1) * sorted.length) / BINS));
    return {
      images: part.length,
      confidence: mean(part.map(({ confidence }) => confidence)),
      fits: shareThatFits(part),
    };
  }).filter(({ images }) => images > 0);
}

/** Returns the mean distance between confidence and share that fits over {@link reliabilityBins}. */
export function calibrationError(judged: readonly Judged[]): number {
  const distances = reliabilityBins(judged).map(
    ({ images, confidence, fits }) => images * Math.abs(confidence - fits),
  );
  return distances.reduce((sum, value) => sum + value, 0) / judged.length;
}

/** Returns the bootstrap interval of the calibration error over the images. */
export function calibrationInterval(judged: readonly Judged[]): Interval {
  return bootstrap(judged.length, (sample) =>
    calibrationError(
      Array.from(sample, (index) => judged[index]).filter((one) => one !== undefined),
    ),
  );
}

/** Returns what each of the listed thresholds keeps, and how much of that fits. */
export function thresholdTable(judged: readonly Judged[]): ThresholdRow[] {
  return LISTED_THRESHOLDS.map((threshold) => thresholdRow(judged, threshold));
}

/** Returns what a threshold keeps, and how much of that fits. */
export function thresholdRow(judged: readonly Judged[], threshold: number): ThresholdRow {
  const kept = judged.filter(({ confidence }) => confidence >= threshold);
  return {
    threshold,
    kept: kept.length / judged.length,
    ...(kept.length === 0 ? {} : { fits: shareThatFits(kept) }),
  };
}

/**
 * Returns the lowest threshold, in hundredths, at which enough of what is kept fits.
 *
 * @param share - of the kept captions that must fit.
 * @returns undefined if no threshold that keeps at least 50 captions does that.
 */
export function lowestThreshold(judged: readonly Judged[], share: number): number | undefined {
  for (let hundredths = 0; hundredths <= 100; hundredths++) {
    const threshold = hundredths / 100;
    const kept = judged.filter(({ confidence }) => confidence >= threshold);
    if (kept.length < FEWEST_KEPT) return undefined;
    if (shareThatFits(kept) >= share) return threshold;
  }
  return undefined;
}

function shareThatFits(judged: readonly Judged[]): number {
  return mean(judged.map(({ fits }) => (fits ? 1 : 0)));
}
