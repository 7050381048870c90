/** The tokens of a caption, in order. Tokens contain no white space. */
export type Caption = readonly string[];

/** A measure of a set of images, and of each image. */
export interface Score {
  readonly corpus: number;
  readonly perImage: readonly number[];
}

/**
 * Applies a function to each candidate and the references of its image.
 *
 * @param candidates - `[N]`, one caption an image
 * @param references - `[N]`, at least one caption an image
 * @throws {RangeError} when the lengths differ, or an image has no reference: the measures are not
 *   defined then
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

/** Returns the arithmetic mean; 0 for an empty list. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
