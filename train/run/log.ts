import { appendFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { writeAtomically } from "../../node/files.ts";

/** A line of `log.jsonl`. Stages and epochs count from 1. */
export type LogEntry =
  | {
      event: "start";
      time: string;
      backend: string;
      images: number;
      captions: number;
      validationImages: number;
      words: number;
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
      validation: Record<string, number>;
      best: boolean;
    }
  /** The best weights, at the end of a run; `train-1000` are 1,000 training images. */
  | { event: "measure"; split: string; images: number; values: Record<string, number> };

/** The run's log, for programs: one JSON object a line. */
export class RunLog {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  write(entry: LogEntry): void {
    appendFileSync(this.#path, `${JSON.stringify(entry)}\n`);
  }

  /**
   * Keeps some entries only: a run that goes on from a checkpoint writes those after it again. A
   * line that a killed process left half written is no entry.
   */
  async keep(wanted: (entry: LogEntry) => boolean): Promise<void> {
    const text = await readFile(this.#path, "utf8").catch(() => "");
    const lines = text.split("\n").filter((line) => {
      const entry = parseEntry(line);
      return entry !== undefined && wanted(entry);
    });
    await writeAtomically(this.#path, lines.map((line) => `${line}\n`).join(""));
  }
}

function parseEntry(line: string): LogEntry | undefined {
  try {
    return JSON.parse(line) as LogEntry;
  } catch {
    return undefined;
  }
}
