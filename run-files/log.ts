import { appendFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { firstIssue, UserError } from "../core/errors.ts";
import { ruleOutcomeSchema } from "../datasets/cleaning/rules.ts";
import { writeAtomically } from "../node/cli/files.ts";
import { setSizeSchema } from "./config.ts";
import { stageNameSchema } from "./stage-names.ts";

const count = z.int().min(0);
const position = { stage: stageNameSchema, epoch: z.int().positive() };
/** Values of the measures by their names. */
const valuesSchema = z.record(z.string(), z.number());

/** Measures of training and validation images, between which a gap shows overfitting; see `train/evaluation/gap.ts`. */
const gapMeasuresSchema = z.object({
  /** How many images of each split were measured. */
  images: count,
  train: z.object({ loss: z.number(), "CIDEr-D": z.number() }),
  validation: z.object({ loss: z.number() }),
});
export type GapMeasures = z.infer<typeof gapMeasuresSchema>;

const startSchema = z.object({
  event: z.literal("start"),
  backend: z.string(),
  images: count,
  captions: count,
  validationImages: count,
  words: count,
  /** Absent in the log of an older version. */
  sets: z.array(setSizeSchema).readonly().optional(),
  /** What each cleaning rule left out. */
  cleaning: z.array(ruleOutcomeSchema).readonly().optional(),
});

/** What a run measures on the validation images after an epoch, and before the first if it continues a captioner. */
const measuredSchema = z.object({
  /** Measures of the validation images; the mean over several data sets. */
  validation: valuesSchema,
  /** Measures of each data set's validation images, where there are several. */
  sets: z.record(z.string(), valuesSchema).optional(),
  /** Absent in the log of an older version, and with `--gap-images 0`. */
  gap: gapMeasuresSchema.optional(),
});

/** Measures of the captioner that `--from` names, before the first step. */
const initialSchema = z.object({
  event: z.literal("initial"),
  ...measuredSchema.shape,
  /** Captions of a few validation images by their ids. */
  captions: z.record(z.string(), z.string()),
});

const stepSchema = z.object({
  event: z.literal("step"),
  ...position,
  step: z.int().positive(),
  loss: z.number(),
  rate: z.number(),
  /** Words and ends of captions a second, since the epoch began. */
  tokensPerSecond: z.number(),
});

const epochSchema = z.object({
  event: z.literal("epoch"),
  ...position,
  loss: z.number(),
  seconds: z.number(),
  ...measuredSchema.shape,
  /** Whether the run kept the epoch's weights as the best so far. */
  best: z.boolean(),
});

/** Captions of a few validation images by their ids, after an epoch. */
const samplesSchema = z.object({
  event: z.literal("samples"),
  ...position,
  captions: z.record(z.string(), z.string()),
});

/** Measures of the best weights at the end of a run; `train-1000` are 1,000 training images. */
const measureSchema = z.object({
  event: z.literal("measure"),
  split: z.string(),
  /** The data set; absent in the log of an older version. */
  set: z.string().optional(),
  images: count,
  values: valuesSchema,
});

/** When an entry was written, in UTC. In the logs of older versions only starts have it. */
const time = { time: z.string().optional() };

/** A line of `log.jsonl`. Epochs and steps count from 1. */
const logEntrySchema = z.discriminatedUnion("event", [
  startSchema.extend(time),
  initialSchema.extend(time),
  stepSchema.extend(time),
  epochSchema.extend(time),
  samplesSchema.extend(time),
  measureSchema.extend(time),
]);

export type LogEntry = z.infer<typeof logEntrySchema>;
export type EntryOf<Event extends LogEntry["event"]> = Extract<LogEntry, { event: Event }>;

/** Receives the entries of a log as it changes. */
export interface LogListener {
  /** The log now holds these entries and no others. */
  restart(entries: readonly LogEntry[]): void;
  /** An entry was added. */
  write(entry: LogEntry): void;
}

/** Writes a run's log: one JSON object a line. */
export class RunLog {
  readonly #path: string;
  readonly #listener: LogListener | undefined;

  /** @param path - of `log.jsonl`; the file is made with its first entry. */
  constructor(path: string, listener?: LogListener) {
    this.#path = path;
    this.#listener = listener;
  }

  /** Appends an entry with the present time. */
  write(entry: LogEntry): void {
    const timed = { ...entry, time: new Date().toISOString() };
    appendFileSync(this.#path, `${JSON.stringify(timed)}\n`);
    this.#listener?.write(timed);
  }

  /**
   * Drops the other entries: a run that resumes from a checkpoint writes those after it again.
   *
   * @throws {UserError} `run_invalid`
   */
  async keep(wanted: (entry: LogEntry) => boolean): Promise<void> {
    const kept = (await readLog(this.#path)).filter(wanted);
    const lines = kept.map((entry) => `${JSON.stringify(entry)}\n`);
    await writeAtomically(this.#path, lines.join(""));
    this.#listener?.restart(kept);
  }
}

/**
 * Reads a run's log, while it is written too; a missing file is an empty log.
 *
 * @throws {UserError} `run_invalid` when a line is JSON but no entry. A line that is not JSON is
 *   skipped: a killed process leaves its last line incomplete.
 */
export async function readLog(path: string): Promise<LogEntry[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.split("\n").flatMap((line, index) => parseLine(path, line, index + 1));
}

function parseLine(path: string, line: string, number: number): LogEntry[] {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return [];
  }
  const parsed = logEntrySchema.safeParse(json);
  if (parsed.success) return [parsed.data];
  const { place } = firstIssue(parsed.error);
  throw new UserError(
    "run_invalid",
    `Line ${number} of ${path} is not an entry of a run's log, at "${place}": restore the file, or train the run again.`,
  );
}
