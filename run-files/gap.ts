import {
  bestPoint,
  finalMeasures,
  type History,
  isFinished,
  meanValues,
  validationMeasures,
} from "./history.ts";

/** CIDEr-D of the best weights on training and on validation images, the mean over the data sets. */
export interface Gap {
  /** Training images that were measured. */
  readonly images: number;
  readonly train: number;
  readonly validation: number;
  readonly gap: number;
}

/** Returns the gap at the end of the run, or at its best point while it is not finished. */
export function gapOf(history: History): Gap | undefined {
  return gapAtEnd(history) ?? gapAtBest(history);
}

/** Returns the gap on up to 1,000 training images of each set; undefined before the run's end. */
export function gapAtEnd(history: History): Gap | undefined {
  if (!isFinished(history)) return undefined;
  const training = finalMeasures(history, "train");
  const train = meanValues(training.map(({ values }) => values))["CIDEr-D"];
  const validation = validationMeasures(history)["CIDEr-D"];
  if (train === undefined || validation === undefined) return undefined;
  const images = training.reduce((sum, measure) => sum + measure.images, 0);
  return { images, train, validation, gap: train - validation };
}

function gapAtBest(history: History): Gap | undefined {
  const best = bestPoint(history);
  const validation = best?.validation["CIDEr-D"];
  if (!best?.gap || validation === undefined) return undefined;
  const train = best.gap.train["CIDEr-D"];
  return { images: best.gap.images, train, validation, gap: train - validation };
}
