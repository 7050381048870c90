import { type Caption, mapPairs } from "./caption.ts";
import { countNgrams, type NgramCounts } from "./ngrams.ts";

/** BLEU's highest order. */
const BLEU_ORDERS = 4;

// The reference implementation adds these against 0 / 0; they change the ninth digit of a score.
const TINY = 1e-15;
const SMALL = 1e-9;

/** BLEU-1, BLEU-2, BLEU-3 and BLEU-4, each in [0, 1]. */
export type BleuScores = readonly [number, number, number, number];

/** The counts that BLEU is computed from, of one image or summed over several. */
interface BleuStatistics {
  readonly candidateLength: number;
  /** The length of the reference that is nearest in length to the candidate. */
  readonly referenceLength: number;
  /** `[4]`, the clipped number of the candidate's n-grams that occur in a reference, by order. */
  readonly matches: readonly number[];
  /** `[4]`, the number of the candidate's n-grams, by order. */
  readonly totals: readonly number[];
}

/** BLEU of a set of images and of each image. */
export interface Bleu {
  readonly corpus: BleuScores;
  /** Without the brevity penalty, as Xu et al. (Show, Attend and Tell, 2015) report it. */
  readonly corpusWithoutBrevityPenalty: BleuScores;
  readonly perImage: readonly BleuScores[];
  readonly statistics: readonly BleuStatistics[];
}

/**
 * Computes BLEU over a set of images, as coco-caption's `BleuScorer` with the option "closest".
 *
 * Papineni et al., "BLEU: a method for automatic evaluation of machine translation", ACL 2002.
 *
 * @param candidates - `[N]`, one caption an image
 * @param references - `[N]`, at least one caption an image
 * @throws {RangeError} when the lengths differ, or an image has no reference
 */
export function bleu(
  candidates: readonly Caption[],
  references: readonly (readonly Caption[])[],
): Bleu {
  const statistics = mapPairs(candidates, references, bleuStatistics);
  const total = sumBleuStatistics(statistics);
  return {
    corpus: bleuScores(total),
    corpusWithoutBrevityPenalty: bleuScores(total, { brevityPenalty: false }),
    perImage: statistics.map((image) => bleuScores(image)),
    statistics,
  };
}

/** Returns BLEU-4 of one sentence, unsmoothed, in [0, 1]. */
export function sentenceBleu(candidate: Caption, references: readonly Caption[]): number {
  return bleuScores(bleuStatistics(candidate, references))[3];
}

/** Counts one candidate against the references of its image. */
function bleuStatistics(candidate: Caption, references: readonly Caption[]): BleuStatistics {
  const available = highestCounts(references);
  const counts = countNgrams(candidate, BLEU_ORDERS);
  return {
    candidateLength: candidate.length,
    referenceLength: closestLength(candidate.length, references),
    matches: counts.map((table, index) => clippedMatches(table, available[index] ?? new Map())),
    totals: counts.map((_, index) => Math.max(0, candidate.length - index)),
  };
}

/** Sums the statistics of several images: BLEU of a corpus is not the mean over its images. */
export function sumBleuStatistics(images: Iterable<BleuStatistics>): BleuStatistics {
  const matches = new Array<number>(BLEU_ORDERS).fill(0);
  const totals = new Array<number>(BLEU_ORDERS).fill(0);
  let candidateLength = 0;
  let referenceLength = 0;
  for (const image of images) {
    candidateLength += image.candidateLength;
    referenceLength += image.referenceLength;
    for (let order = 0; order < BLEU_ORDERS; order += 1) {
      matches[order] = (matches[order] ?? 0) + (image.matches[order] ?? 0);
      totals[order] = (totals[order] ?? 0) + (image.totals[order] ?? 0);
    }
  }
  return { candidateLength, referenceLength, matches, totals };
}

/** Computes BLEU-1 to BLEU-4: the geometric means of the precisions, times the brevity penalty. */
export function bleuScores(statistics: BleuStatistics, { brevityPenalty = true } = {}): BleuScores {
  const penalty = brevityPenalty ? penaltyForBrevity(statistics) : 1;
  let product = 1;
  const scoreOfOrder = (order: number) => {
    const matches = statistics.matches[order - 1] ?? 0;
    const total = statistics.totals[order - 1] ?? 0;
    product *= (matches + TINY) / (total + SMALL);
    return product ** (1 / order) * penalty;
  };
  return [scoreOfOrder(1), scoreOfOrder(2), scoreOfOrder(3), scoreOfOrder(4)];
}

function penaltyForBrevity({ candidateLength, referenceLength }: BleuStatistics): number {
  const ratio = (candidateLength + TINY) / (referenceLength + SMALL);
  return ratio < 1 ? Math.exp(1 - 1 / ratio) : 1;
}

/** Returns the reference length nearest to the candidate's; of two equally near, the shorter. */
function closestLength(length: number, references: readonly Caption[]): number {
  let closest = Number.POSITIVE_INFINITY;
  for (const { length: other } of references) {
    const nearer = Math.abs(other - length) - Math.abs(closest - length);
    if (nearer < 0 || (nearer === 0 && other < closest)) closest = other;
  }
  return closest;
}

/** Returns the highest count of each n-gram in any one reference, by order. */
function highestCounts(references: readonly Caption[]): NgramCounts[] {
  const highest = countNgrams([], BLEU_ORDERS);
  for (const reference of references) {
    for (const [index, table] of countNgrams(reference, BLEU_ORDERS).entries()) {
      const known = highest[index];
      for (const [ngram, count] of table) {
        if (count > (known?.get(ngram) ?? 0)) known?.set(ngram, count);
      }
    }
  }
  return highest;
}

function clippedMatches(counts: NgramCounts, available: NgramCounts): number {
  let matches = 0;
  for (const [ngram, count] of counts) matches += Math.min(count, available.get(ngram) ?? 0);
  return matches;
}
