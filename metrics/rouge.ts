import { type Caption, mapPairs, mean, type Score } from "./caption.ts";

/** The weight of recall relative to precision. */
const BETA = 1.2;

/**
 * Computes ROUGE-L over a set of images, as coco-caption's `Rouge`: the mean over the images.
 *
 * Lin, "ROUGE: a package for automatic evaluation of summaries", ACL 2004 workshop.
 *
 * @param candidates - `[N]`, one caption an image
 * @param references - `[N]`, at least one caption an image
 * @throws {RangeError} when the lengths differ, or an image has no reference
 */
export function rougeL(
  candidates: readonly Caption[],
  references: readonly (readonly Caption[])[],
): Score {
  const perImage = mapPairs(candidates, references, rougeLOfImage);
  return { corpus: mean(perImage), perImage };
}

/**
 * Computes the F-measure of the longest common subsequence, in [0, 1].
 *
 * The best precision and the best recall may come from different references, because the original
 * takes the two maxima independently.
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
 * Returns one empty token for a caption without words, as Python does when it splits an empty string:
 * in the original such a caption has length 1, and equals another one without words.
 */
function asSplitByPython(caption: Caption): Caption {
  return caption.length === 0 ? [""] : caption;
}

/** Returns the length of the longest common subsequence, in `O(a.length * b.length)`. */
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
