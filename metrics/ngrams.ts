import type { Caption } from "./caption.ts";

/** The count of each n-gram, which is written as its tokens joined by one space. */
export type NgramCounts = Map<string, number>;

/**
 * Counts the n-grams of a caption, of the orders 1 to `maxOrder`.
 *
 * @returns `[maxOrder]`, a table for each order
 */
export function countNgrams(caption: Caption, maxOrder: number): NgramCounts[] {
  const tables = Array.from({ length: maxOrder }, (): NgramCounts => new Map());
  for (let start = 0; start < caption.length; start += 1) {
    let ngram = "";
    for (const [index, counts] of tables.entries()) {
      const token = caption[start + index];
      if (token === undefined) break;
      ngram = index === 0 ? token : `${ngram} ${token}`;
      counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
    }
  }
  return tables;
}
