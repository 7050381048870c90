import type { Caption } from "./caption.ts";

/** How often each n-gram occurs; an n-gram is written as its tokens joined by one space. */
export type NgramCounts = Map<string, number>;

/**
 * Counts a caption's n-grams of the orders 1 to `maxOrder`.
 *
 * @returns one table an order: unigrams first.
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
