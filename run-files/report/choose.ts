import { drawKey, shuffledIndices } from "../../core/random-draws.ts";
import type { MeasuredCaptions } from "../validation-captions.ts";

/** How many validation images the report follows through all epochs. */
const SAMPLE_COUNT = 6;
/** How many of the best captions the report shows, and of the worst. */
const CASE_COUNT = 6;

/** Draws the rows of the validation images that the report follows: the same after every epoch. */
export function sampleRows(seed: number, images: number): number[] {
  return shuffledIndices(drawKey(seed, "report samples"), images).slice(0, SAMPLE_COUNT);
}

/**
 * Chooses the rows of the captions that score best and worst, those first. No row is in both lists;
 * of equal scores the earlier row comes first.
 */
export function extremeRows(scores: readonly number[]): { best: number[]; worst: number[] } {
  const order = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  const count = Math.min(CASE_COUNT, Math.floor(scores.length / 2));
  const worst = order.toSorted((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0) || a - b);
  return { best: order.slice(0, count), worst: worst.slice(0, count) };
}

/** Returns the rows of all images that the report shows, each once. */
export function shownRows({ ids, scores }: MeasuredCaptions, seed: number): number[] {
  const { best, worst } = extremeRows(scores);
  return [...new Set([...sampleRows(seed, ids.length), ...best, ...worst])];
}
