import { isFinished } from "../history.ts";
import type { RunRecord } from "../run-record.ts";
import { shownRows } from "./choose.ts";

/** Lists what a report cannot show, and why: a sentence each. */
export function missing(run: RunRecord): string[] {
  const { history } = run;
  const lacks = [...missingOfEpochs(run), ...missingOfValidation(run)];
  if (history.epochs.length > 0 && !isFinished(history)) {
    lacks.push("The run is not finished: the gap on 1,000 training images is measured at its end.");
  }
  return lacks;
}

function missingOfEpochs({ history: { epochs }, options }: RunRecord): string[] {
  const lacks: string[] = [];
  if (!epochs.every(({ gap }) => gap)) {
    lacks.push(
      options.gapImages === 0
        ? "The gap between training and validation was not measured after each epoch: --gap-images was 0."
        : "An older version trained some epochs and measured no training images after them: their gap and their validation loss are not shown.",
    );
  }
  if (!epochs.every(({ samples }) => Object.keys(samples).length > 0)) {
    lacks.push(
      "An older version trained some epochs and kept no captions of them: captions over time begin later, or are not shown.",
    );
  }
  return lacks;
}

function missingOfValidation(run: RunRecord): string[] {
  if (run.validation === undefined) {
    return [
      "The captions of the validation images are not in the run's folder: samples, best and worst captions and the use of words are not shown. npm run report writes them again while the data set is still there.",
    ];
  }
  if (run.shown === undefined) {
    return [
      "The images and the attention maps are not in the run's folder: captions are shown without them.",
    ];
  }
  const lacks: string[] = [];
  if (lacksImages(run)) {
    lacks.push(
      "Some images are not in the run's folder. npm run report writes them again while the data set is still there.",
    );
  }
  if (run.shown.grid === undefined) {
    lacks.push(
      "A decoder without attention sees the whole image at once: there are no attention maps.",
    );
  }
  return lacks;
}

/** Returns whether the run kept fewer images than the report shows. */
export function lacksImages({ validation, shown, options }: RunRecord): boolean {
  if (validation === undefined || shown === undefined) return true;
  const kept = new Set(shown.pictures.map(({ id }) => id));
  return shownRows(validation, options.seed).some((row) => !kept.has(validation.ids[row] ?? ""));
}
