import type { Inspection } from "./inspection.ts";
import type { Survey } from "./survey.ts";

/** Smallest count of each class of frequency: words that occur once, 2 to 4 times, and so on. */
const CLASSES = [1, 2, 5, 10, 100, 1000] as const;

const FREQUENT_WORDS = 20;

/** Returns the distribution of the captions' lengths. */
export function lengthsOf({ captions }: Survey): Inspection["lengths"] {
  const lengths = captions.map(({ length }) => length).toSorted((one, other) => one - other);
  const longest = lengths.at(-1) ?? 0;
  const histogram = Array.from({ length: longest + 1 }, (_, words) => ({ words, captions: 0 }));
  for (const length of lengths) {
    const bar = histogram[length];
    if (bar) bar.captions++;
  }
  const sum = lengths.reduce((total, length) => total + length, 0);
  return {
    mean: sum / Math.max(1, lengths.length),
    median: lengths[Math.floor(lengths.length / 2)] ?? 0,
    longest,
    histogram,
  };
}

/** Returns the distribution of the words' frequencies. */
export function vocabularyOf({ counts }: Survey): Inspection["vocabulary"] {
  const byCount = [...counts].toSorted(([, one], [, other]) => other - one);
  const histogram = CLASSES.map((from, index) => {
    const next = CLASSES[index + 1];
    const to = next === undefined ? undefined : next - 1;
    const inside = byCount.filter(([, count]) => count >= from && count <= (to ?? count));
    const tokens = inside.reduce((sum, [, count]) => sum + count, 0);
    return { from, ...(to === undefined ? {} : { to }), words: inside.length, tokens };
  });
  return {
    words: counts.size,
    tokens: histogram.reduce((sum, { tokens }) => sum + tokens, 0),
    histogram,
    frequent: byCount.slice(0, FREQUENT_WORDS).map(([word, count]) => ({ word, count })),
  };
}
