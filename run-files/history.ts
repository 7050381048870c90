import type { EntryOf, LogEntry } from "./log.ts";
import type { StageName } from "./stage-names.ts";

/** An epoch of any stage, with its number in the run, from 1. */
export interface EpochPoint extends Omit<EntryOf<"epoch">, "event" | "time"> {
  readonly number: number;
  /** Captions of the images that the report follows, by their ids. */
  readonly samples: Readonly<Record<string, string>>;
}

/** The captioner that a run continues, measured before the first epoch. */
interface InitialPoint extends Pick<EpochPoint, "validation" | "sets" | "gap" | "samples"> {
  readonly number: 0;
  readonly best: true;
  readonly stage?: undefined;
  readonly loss?: undefined;
  readonly seconds?: undefined;
}

/** A point of a run at which its validation images were measured. */
export type MeasuredPoint = InitialPoint | EpochPoint;

/** A step of any stage, with its number in the run, from 1. */
export interface StepPoint {
  readonly number: number;
  readonly stage: StageName;
  readonly loss: number;
  readonly rate: number;
}

/** A stage as far as the run has come; epochs by their numbers in the run. */
export interface StageSpan {
  readonly stage: StageName;
  readonly first: number;
  readonly last: number;
}

/** A run's log by kinds of entries, in order. */
export interface History {
  /** Absent in a run that continues no captioner, or of an older version. */
  readonly initial: InitialPoint | undefined;
  readonly epochs: readonly EpochPoint[];
  readonly steps: readonly StepPoint[];
  readonly stages: readonly StageSpan[];
  /** When the run was begun and resumed. */
  readonly starts: readonly EntryOf<"start">[];
  /** Measures of the best weights at the end of the run. */
  readonly measures: readonly EntryOf<"measure">[];
}

/** Sorts the entries of a log by kind. */
export function historyOf(entries: readonly LogEntry[]): History {
  const epochs: EpochPoint[] = [];
  const steps: StepPoint[] = [];
  const samples = new Map<string, Readonly<Record<string, string>>>();
  for (const entry of entries) {
    if (entry.event === "samples") samples.set(epochName(entry), entry.captions);
    if (entry.event === "step") steps.push({ ...entry, number: steps.length + 1 });
    if (entry.event === "epoch") {
      const followed = samples.get(epochName(entry)) ?? {};
      epochs.push({ ...entry, number: epochs.length + 1, samples: followed });
    }
  }
  return {
    initial: initialPoint(entries.findLast((entry) => entry.event === "initial")),
    epochs,
    steps,
    stages: stageSpans(epochs),
    starts: entries.filter((entry) => entry.event === "start"),
    measures: entries.filter((entry) => entry.event === "measure"),
  };
}

function initialPoint(entry: EntryOf<"initial"> | undefined): InitialPoint | undefined {
  if (entry === undefined) return undefined;
  const { validation, sets, gap, captions } = entry;
  return { number: 0, best: true, validation, sets, gap, samples: captions };
}

function stageSpans(epochs: readonly EpochPoint[]): StageSpan[] {
  const stages: StageSpan[] = [];
  for (const { stage, number } of epochs) {
    const last = stages.at(-1);
    if (last?.stage === stage) stages[stages.length - 1] = { ...last, last: number };
    else stages.push({ stage, first: number, last: number });
  }
  return stages;
}

type Points = Pick<History, "initial" | "epochs">;

/** Returns the captioner that the run continues, if it was measured, and all epochs. */
export function measuredPoints({ initial, epochs }: Points): MeasuredPoint[] {
  return initial ? [initial, ...epochs] : [...epochs];
}

/** Returns the point whose weights the run keeps: the last that was better than all before it. */
export function bestPoint(history: Points): MeasuredPoint | undefined {
  return measuredPoints(history).findLast(({ best }) => best);
}

/** Returns the epochs that led to the kept weights: all up to the best one, none to the start's. */
export function keptEpochs(history: Points): readonly EpochPoint[] {
  return history.epochs.slice(0, bestPoint(history)?.number ?? 0);
}

type Split = "train" | "validation";

/**
 * Returns the last measure of each data set at the end of the run, in the order of the log.
 *
 * @param split - the split, or the split that a sample such as `train-1000` is of.
 */
export function finalMeasures({ measures }: History, split: Split): EntryOf<"measure">[] {
  const ofSplit = measures.filter((measure) => measure.split.startsWith(split));
  return [...new Map(ofSplit.map((measure) => [measure.set, measure])).values()];
}

/** Returns whether the run has come to its end: all its data sets are measured. */
export function isFinished(history: History): boolean {
  const sets = history.starts.at(-1)?.sets?.length ?? 1;
  return finalMeasures(history, "train").length >= sets;
}

/**
 * Returns the validation measures of the best weights, the mean over the data sets: those of the end
 * of the run, or of the best point while the run is not finished.
 */
export function validationMeasures(history: History): Readonly<Record<string, number>> {
  if (!isFinished(history)) return bestPoint(history)?.validation ?? {};
  return meanValues(finalMeasures(history, "validation").map(({ values }) => values));
}

/** Returns the mean of each value over the records, for the names that all of them have. */
export function meanValues(
  records: readonly Readonly<Record<string, number>>[],
): Readonly<Record<string, number>> {
  const names = Object.keys(records[0] ?? {});
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = records.flatMap((record) => record[name] ?? []);
      if (values.length < records.length) return [];
      return [[name, values.reduce((sum, value) => sum + value, 0) / values.length]];
    }),
  );
}

/** Names a point, such as `start` or `fine-tune 3`. */
export function pointName(point: MeasuredPoint): string {
  return point.stage === undefined ? "start" : epochName(point);
}

/** Names an epoch, such as `fine-tune 3`. */
export function epochName({ stage, epoch }: { stage: StageName; epoch: number }): string {
  return `${stage} ${epoch}`;
}
