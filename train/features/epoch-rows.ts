import { type DrawKey, drawKey, shuffledIndices } from "../../core/random-draws.ts";
import type { SetRows } from "./split-images.ts";

/** Returns how many images an epoch draws from a set: at least one. */
export function drawsOf({ weight, count }: SetRows): number {
  return Math.max(1, Math.round(weight * count));
}

/**
 * Returns the rows of an epoch in random order, each set's as often as its weight says.
 *
 * The whole part of a weight draws every image of the set; the rest draws a random part of them.
 */
export function epochRows(sets: readonly SetRows[], key: DrawKey): number[] {
  const rows = sets.flatMap((set) => {
    const order = shuffledIndices(drawKey(key, set.name), set.count);
    const certain = set.count * Math.floor(set.weight);
    return Array.from({ length: drawsOf(set) }, (_, index) =>
      index < certain
        ? set.first + (index % set.count)
        : set.first + (order[index % set.count] ?? 0),
    );
  });
  return shuffledIndices(key, rows.length).map((index) => rows[index] ?? 0);
}
