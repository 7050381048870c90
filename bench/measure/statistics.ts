/** Median, minimum and number of several measurements. */
export interface Summary {
  /** The median. */
  readonly value: number;
  readonly least: number;
  readonly runs: number;
}

/**
 * Summarises measurements.
 *
 * @throws {Error} for an empty list.
 */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const [least] = sorted;
  if (least === undefined) throw new Error("there are no measurements");
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? least;
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? least) : upper;
  return { value: (lower + upper) / 2, least, runs: sorted.length };
}
