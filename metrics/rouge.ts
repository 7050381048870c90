import { type Caption, mapPairs, mean, type Score } from "./caption.ts";

/** How much more recall counts than precision. */
const BETA = 1.2;

/**
 * ROUGE-L over a set of images, as coco-caption's `Rouge` computes it: the mean over the images.
 *
 * Lin, "ROUGE: a package for automatic evaluation of summaries", ACL 2004 workshop.
 */
export function rougeL(
  candidates: readonly Caption[],
  references: readonly (readonly Caption[])[],
): Score {
  const perImage = mapPairs(candidates, references, rougeLOfImage);
  return { corpus: mean(perImage), perImage };
}

/**
 * F-measure of the longest common subsequence, in [0, 1].
 *
 * The best precision and the best recall may come from different references: the original takes
 * the two maxima independently.
 */
export function rougeLOfImage(candidate: Caption, references: readonly Caption[]): number {
  const words = asSplitByPython(candidate);
  let precision = 0;
  let recall = 0;
  for (const reference of references) {
    const otherWords = asSplitByPython(reference);
    const common = longestCommonSubsequence(words, otherWords);
    precision = Math.max(precision, common / words.length);
    recall = Math.max(recall, common / otherWords.length);
  }
  if (precision === 0 || recall === 0) return 0;
  return ((1 + BETA ** 2) * precision * recall) / (recall + BETA ** 2 * precision);
}

/**
 * The original splits a string at each space, and Python's split of an empty string is one empty
 * token: a caption without words has length 1 there, and equals another without words.
 */
function asSplitByPython(caption: Caption): Caption {
  return caption.length === 0 ? [""] : caption;
}

/** Length of the longest common subsequence, row by row: `O(a.length * b.length)`. */
export function longestCommonSubsequence(a: Caption, b: Caption): number {
  let above = new Uint32Array(b.length + 1);
  let row = new Uint32Array(b.length + 1);
  for (const word of a) {
    for (let column = 1; column <= b.length; column += 1) {
      row[column] =
        word === b[column - 1]
          ? (above[column - 1] ?? 0) + 1
          : Math.max(above[column] ?? 0, row[column - 1] ?? 0);
    }
    [above, row] = [row, above];
  }
  return above[b.length] ?? 0;
}
