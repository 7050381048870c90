import { type Caption, CiderD, quantile } from "../../metrics/index.ts";

/** The share of people's captions that do not fit by the definition. */
const HUMAN_PERCENTILE = 0.25;

/** Which captions of a data set fit their images. */
interface Fitting {
  /** The CIDEr-D that a caption must reach: a percentile of what people's captions reach. */
  readonly threshold: number;
  /** For each image, whether its caption fits. */
  readonly fits: readonly boolean[];
}

/**
 * Decides which captions fit: those whose CIDEr-D reaches the 25th percentile of people's, where each
 * person's caption is scored against the image's others and the document frequencies are the set's.
 *
 * A candidate's score is its mean over all ways to leave one reference out, so that it is compared
 * with as many references as a person. CIDEr-D is a mean over references: that mean over the ways is
 * the score against all of them.
 *
 * @param references - at least two for each image.
 */
export function judgeFitting(
  candidates: readonly Caption[],
  references: readonly (readonly Caption[])[],
): Fitting {
  const scorer = new CiderD(references);
  const human = references.flatMap((ofImage) =>
    ofImage.map((caption, index) =>
      scorer.score(
        caption,
        ofImage.filter((_, other) => other !== index),
      ),
    ),
  );
  const threshold = quantile(Float64Array.from(human).sort(), HUMAN_PERCENTILE);
  const fits = candidates.map(
    (candidate, index) => scorer.score(candidate, references[index] ?? []) >= threshold,
  );
  return { threshold, fits };
}
