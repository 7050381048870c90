import type { GapMeasures, LogEntry } from "../log.ts";

/** An epoch of any stage, numbered from 1 through the whole run. */
export interface EpochPoint {
  readonly number: number;
  readonly stage: string;
  /** From 1 within its stage. */
  readonly epoch: number;
  /** What training minimised; in self-critical stages no cross-entropy. */
  readonly loss: number;
  readonly seconds: number;
  readonly validation: Readonly<Record<string, number>>;
  readonly best: boolean;
  readonly gap?: GapMeasures | undefined;
  /** Captions of the pictures that are followed, by their ids. */
  readonly samples: Readonly<Record<string, string>>;
}

/** A step of any stage, numbered from 1 through the whole run. */
export interface StepPoint {
  readonly number: number;
  readonly stage: string;
  readonly loss: number;
  readonly rate: number;
}

/** A stage as far as it has come; epochs by their numbers in the run. */
export interface StageSpan {
  readonly stage: string;
  readonly first: number;
  readonly last: number;
}

/** What a log tells, in order. */
export interface History {
  readonly epochs: readonly EpochPoint[];
  readonly steps: readonly StepPoint[];
  readonly stages: readonly StageSpan[];
  /** When the run was begun and gone on with. */
  readonly starts: readonly Extract<LogEntry, { event: "start" }>[];
  /** The best weights, measured at the end of the run. */
  readonly measures: readonly Extract<LogEntry, { event: "measure" }>[];
}

export function historyOf(entries: readonly LogEntry[]): History {
  const epochs: EpochPoint[] = [];
  const steps: StepPoint[] = [];
  const samples = new Map<string, Readonly<Record<string, string>>>();
  for (const entry of entries) {
    if (entry.event === "samples") samples.set(`${entry.stage} ${entry.epoch}`, entry.captions);
    if (entry.event === "step") steps.push({ ...entry, number: steps.length + 1 });
    if (entry.event === "epoch") {
      const followed = samples.get(`${entry.stage} ${entry.epoch}`) ?? {};
      epochs.push({ ...entry, number: epochs.length + 1, samples: followed });
    }
  }
  return {
    epochs,
    steps,
    stages: stagesOf(epochs),
    starts: entries.filter((entry) => entry.event === "start"),
    measures: entries.filter((entry) => entry.event === "measure"),
  };
}

function stagesOf(epochs: readonly EpochPoint[]): StageSpan[] {
  const stages: StageSpan[] = [];
  for (const { stage, number } of epochs) {
    const last = stages.at(-1);
    if (last?.stage === stage) stages[stages.length - 1] = { ...last, last: number };
    else stages.push({ stage, first: number, last: number });
  }
  return stages;
}

/** The epoch whose weights a run keeps: the last that was better than all before it. */
export function bestEpoch({ epochs }: History): EpochPoint | undefined {
  return epochs.findLast(({ best }) => best);
}

/** What the best weights came to at the end of the run, on a split or on a sample of it. */
export function lastMeasure({ measures }: History, split: "train" | "validation") {
  return measures.findLast((measure) => measure.split.startsWith(split));
}

/** The best weights on the validation images: measured at the end of the run, else after their epoch. */
export function validationOf(history: History): Readonly<Record<string, number>> {
  const atEnd = lastMeasure(history, "validation");
  return atEnd?.values ?? bestEpoch(history)?.validation ?? {};
}

/** Such as `fine-tune 3`. */
export function epochName({ stage, epoch }: Pick<EpochPoint, "stage" | "epoch">): string {
  return `${stage} ${epoch}`;
}
