import type { RunRecord } from "./run-record.ts";

/** What a report cannot show, and why, a sentence each. */
export function missing({ history, validation, pictures, options }: RunRecord): string[] {
  const { epochs, measures } = history;
  const lacks: string[] = [];
  if (epochs.length > 0 && !epochs.every(({ gap }) => gap)) {
    lacks.push(
      options.gapImages === 0
        ? "The gap between training and validation was not measured after each epoch: --gap-images was 0."
        : "Some epochs were trained by a version that did not measure training images after each epoch: their gap, and their validation loss, are not shown.",
    );
  }
  if (epochs.length > 0 && !epochs.every(({ samples }) => Object.keys(samples).length > 0)) {
    lacks.push(
      "Some epochs were trained by a version that kept no captions of them: captions over time begin later, or are not shown.",
    );
  }
  if (validation === undefined) {
    lacks.push(
      "The captions of the validation images are not in the run's folder: samples, best and worst cases and the use of words are not shown. npm run report makes them again, where the data set is still there.",
    );
  } else if (pictures === undefined) {
    lacks.push(
      "The pictures, and where words looked, are not in the run's folder: captions stand alone.",
    );
  } else if (pictures.grid === undefined) {
    lacks.push(
      "A decoder without attention sees the whole picture at once: there is no place where a word looked.",
    );
  }
  if (epochs.length > 0 && measures.length === 0) {
    lacks.push("The run is not finished: the gap on 1,000 training images is measured at its end.");
  }
  return lacks;
}
