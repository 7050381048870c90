import { bestEpoch, type History, lastMeasure } from "./history.ts";

/** How far the best weights have learnt the training images by heart; CIDEr-D. */
export interface Gap {
  readonly images: number;
  readonly train: number;
  readonly validation: number;
  readonly gap: number;
}

/** The gap as it stands: measured at the end of the run, else after the best epoch. */
export function gapOf(history: History): Gap | undefined {
  return gapAtEnd(history) ?? gapAtBest(history);
}

/** Of the best weights, on a thousand training images; nothing before a run's end. */
export function gapAtEnd(history: History): Gap | undefined {
  const train = lastMeasure(history, "train");
  const validation = lastMeasure(history, "validation");
  const [ofTrain, ofValidation] = [train, validation].map((entry) => entry?.values["CIDEr-D"]);
  if (!train || ofTrain === undefined || ofValidation === undefined) return undefined;
  return gap(train.images, ofTrain, ofValidation);
}

function gapAtBest(history: History): Gap | undefined {
  const best = bestEpoch(history);
  const validation = best?.validation["CIDEr-D"];
  if (!best?.gap || validation === undefined) return undefined;
  return gap(best.gap.images, best.gap.train["CIDEr-D"], validation);
}

function gap(images: number, train: number, validation: number): Gap {
  return { images, train, validation, gap: train - validation };
}
