import { type MeasureValues, measure as measured } from "../../metrics/measures.ts";

/** The measures of a split's captions, and the fraction of them that are different. */
export type SplitMeasures = MeasureValues & { readonly distinct: number };

/** The captions that a network wrote, and their measures. */
export interface Evaluation {
  readonly captions: readonly (readonly string[])[];
  readonly values: SplitMeasures;
}

/**
 * Measures captions against human captions.
 *
 * @param candidates - a caption of each image.
 * @param references - the human captions of each image.
 */
export function measure(
  candidates: readonly (readonly string[])[],
  references: readonly (readonly (readonly string[])[])[],
): SplitMeasures {
  const different = new Set(candidates.map((words) => words.join(" "))).size;
  const { corpus } = measured(candidates, references);
  return { ...corpus, distinct: different / candidates.length };
}
