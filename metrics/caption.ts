/** A caption as its tokens, in order. Tokens hold no white space. */
export type Caption = readonly string[];

/** A measure of a whole set of images, and of each image by itself. */
export interface Score {
  readonly corpus: number;
  readonly perImage: readonly number[];
}

/**
 * Walks through candidates and references side by side.
 *
 * @throws RangeError when there are not as many reference lists as candidates, or one is empty: the
 * measures are not defined there, and a caller that gets so far has mixed up its images.
 */
export function mapPairs<T>(
  candidates: readonly Caption[],
  references: readonly (readonly Caption[])[],
  measure: (candidate: Caption, references: readonly Caption[]) => T,
): T[] {
  if (candidates.length !== references.length) {
    throw new RangeError(
      `${candidates.length} candidates cannot be scored against the references of ${references.length} images`,
    );
  }
  return candidates.map((candidate, index) => {
    const ownReferences = references[index];
    if (ownReferences === undefined || ownReferences.length === 0) {
      throw new RangeError(`the image at index ${index} has no reference`);
    }
    return measure(candidate, ownReferences);
  });
}

/** The arithmetic mean; 0 for an empty list. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
