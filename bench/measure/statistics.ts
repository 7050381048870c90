/** What is told of several measurements of one thing. */
export interface Summary {
  readonly value: number;
  readonly least: number;
  readonly runs: number;
}

/** The median, the least and the number of some measurements; at least one. */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const [least] = sorted;
  if (least === undefined) throw new Error("there is nothing to summarize");
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? least;
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? least) : upper;
  return { value: (lower + upper) / 2, least, runs: sorted.length };
}
