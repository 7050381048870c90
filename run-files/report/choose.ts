import { drawKey, shuffledIndices } from "../../core/random-draws.ts";

/** How many validation pictures are followed through all epochs. */
const sampleCount = 6;
/** How many of the best are shown, and of the worst. */
const caseCount = 6;

/** Rows of the validation pictures whose captions are followed: the same for every epoch. */
export function sampleRows(seed: number, images: number): number[] {
  return shuffledIndices(drawKey(seed, "report samples"), images).slice(0, sampleCount);
}

/**
 * Rows of the captions that score best and worst, those first. No row is both, and where scores are
 * equal the earlier row comes first.
 */
export function extremeRows(scores: readonly number[]): { best: number[]; worst: number[] } {
  const order = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  const count = Math.min(caseCount, Math.floor(scores.length / 2));
  const worst = order.toSorted((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0) || a - b);
  return { best: order.slice(0, count), worst: worst.slice(0, count) };
}
