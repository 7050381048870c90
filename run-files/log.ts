import { appendFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { RuleOutcome } from "../datasets/cleaning/index.ts";
import { writeAtomically } from "../node/cli/files.ts";

/** What the gap between training and validation is read from; see `train/gap.ts`. */
export interface GapMeasures {
  /** How many images of each split were measured. */
  readonly images: number;
  readonly train: { readonly loss: number; readonly "CIDEr-D": number };
  readonly validation: { readonly loss: number };
}

/** A line of `log.jsonl`. Stages and epochs count from 1. */
export type LogEntry = Numbers & {
  /** When it was written, in UTC. In the logs of older versions only starts have it. */
  time?: string;
};

type Numbers =
  | {
      event: "start";
      backend: string;
      images: number;
      captions: number;
      validationImages: number;
      words: number;
      /** The data sets; not in the log of an older version. */
      sets?: readonly {
        readonly name: string;
        readonly weight: number;
        readonly images: number;
        readonly captions: number;
        readonly validationImages: number;
      }[];
      /** What each rule that was asked for left out. */
      cleaning?: readonly RuleOutcome[];
    }
  | {
      event: "step";
      stage: string;
      epoch: number;
      step: number;
      loss: number;
      rate: number;
      /** Words and ends a second, since the epoch began. */
      tokensPerSecond: number;
    }
  | {
      event: "epoch";
      stage: string;
      epoch: number;
      loss: number;
      seconds: number;
      /** Measures of the validation images; of several data sets the mean. */
      validation: Record<string, number>;
      /** Measures of each data set's validation images, where there are several. */
      sets?: Record<string, Record<string, number>>;
      best: boolean;
      /** Not in the log of an older version, nor with `--gap-images 0`. */
      gap?: GapMeasures;
    }
  /** Captions of a few validation images by their ids, after an epoch. */
  | { event: "samples"; stage: string; epoch: number; captions: Record<string, string> }
  /** The best weights, at the end of a run; `train-1000` are 1,000 training images. */
  | {
      event: "measure";
      split: string;
      /** The data set; not in the log of an older version. */
      set?: string;
      images: number;
      values: Record<string, number>;
    };

/** Hears all that a log is told. */
export interface LogListener {
  /** The log holds these entries, and no others. */
  restart(entries: readonly LogEntry[]): void;
  /** It holds one more. */
  write(entry: LogEntry): void;
}

/** The run's log, for programs: one JSON object a line. */
export class RunLog {
  readonly #path: string;
  readonly #listener: LogListener | undefined;

  constructor(path: string, listener?: LogListener) {
    this.#path = path;
    this.#listener = listener;
  }

  write(entry: LogEntry): void {
    const timed = { ...entry, time: new Date().toISOString() };
    appendFileSync(this.#path, `${JSON.stringify(timed)}\n`);
    this.#listener?.write(timed);
  }

  /**
   * Keeps some entries only: a run that goes on from a checkpoint writes those after it again. A
   * line that a killed process left half written is no entry.
   */
  async keep(wanted: (entry: LogEntry) => boolean): Promise<void> {
    const kept = (await readLog(this.#path)).filter(wanted);
    const lines = kept.map((entry) => `${JSON.stringify(entry)}\n`);
    await writeAtomically(this.#path, lines.join(""));
    this.#listener?.restart(kept);
  }
}

/** The entries of a run's log, for as far as it is written; none where there is no log. */
export async function readLog(path: string): Promise<LogEntry[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text
    .split("\n")
    .map(parseEntry)
    .filter((entry) => entry !== undefined);
}

function parseEntry(line: string): LogEntry | undefined {
  try {
    return JSON.parse(line) as LogEntry;
  } catch {
    return undefined;
  }
}
