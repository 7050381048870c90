import type { NeutralWord } from "./neutral-word.ts";

/**
 * Mends the articles before words that changed: "a female athlete" becomes "an athlete", and the
 * second of two men, women or children becomes "another person" or "another child".
 *
 * @param original - the decoder's words.
 */
export function mendArticles(
  words: readonly NeutralWord[],
  original: readonly string[],
): NeutralWord[] {
  return words.map((article, index) => {
    const next = words[index + 1];
    if (!next || (article.word !== "a" && article.word !== "an")) return article;
    if (isAnother(words, index + 1)) return { ...article, word: "another" };
    const isChanged = next.from.length > 1 || original[next.from[0] ?? 0] !== next.word;
    if (!isChanged) return article;
    return { ...article, word: /^(?!uni|one|use)[aeiou]/.test(next.word) ? "an" : "a" };
  });
}

/** Tells whether the same noun stands before, and one of the two was replaced. */
function isAnother(words: readonly NeutralWord[], index: number): boolean {
  const noun = words[index];
  if (!noun) return false;
  const earlier = words.slice(0, index).filter(({ word }) => word === noun.word);
  return earlier.length > 0 && [noun, ...earlier].some((one) => one.noun !== undefined);
}
