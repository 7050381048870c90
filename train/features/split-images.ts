import type { PreparedImages } from "./prepared-images.ts";

/** The rows of a split that came from one data set: `count` of them, from `first` on. */
export interface SetRows {
  /** The name of the set and of its style. */
  readonly name: string;
  /** How often each image is drawn in an epoch. */
  readonly weight: number;
  readonly first: number;
  readonly count: number;
}

/** The images of a split with their captions, row by row. */
export interface SplitImages {
  readonly ids: readonly string[];
  readonly images: PreparedImages;
  /** For each image its captions as words. */
  readonly words: readonly (readonly (readonly string[])[])[];
  /** For each image the token that its captions start with. */
  readonly starts: readonly number[];
  /** The data sets of the split, in the order of their rows. */
  readonly sets: readonly SetRows[];
}

/** Returns the rows of one data set. */
export function rowsOf({ first, count }: SetRows): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
