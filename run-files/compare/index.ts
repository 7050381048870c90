/**
 * Runs side by side: what differed in their configuration, and what it did to the measures.
 *
 * @module
 */
import { UserError } from "../../core/errors.ts";
import { type MeasureValues, perMeasure } from "../../metrics/index.ts";
import { parseOptions } from "../../node/cli/option-flags.ts";
import { trainOptionsSchema } from "../options.ts";
import { type Gap, gapOf } from "../report/gap-of.ts";
import { bestEpoch, epochName, type History, validationOf } from "../report/history.ts";
import { type RunRecord, readRun } from "../report/run-record.ts";
import { runFolder } from "../run-folder.ts";
import type { MeasuredCaptions } from "../validation-captions.ts";
import { type Difference, differences, type RunConfiguration } from "./configuration.ts";
import { differenceOf, type RunDifference } from "./run-difference.ts";

/** A run beside others. */
export interface ComparedRun {
  readonly path: string;
  /** Such as `self-critical 8`. */
  readonly bestEpoch: string;
  readonly finished: boolean;
  /** On the validation images, greedy. */
  readonly measures: MeasureValues;
  /** CIDEr-D of training images, and how far above the validation's it is. */
  readonly gap: Gap | undefined;
  /** Against the first run; not there for itself. */
  readonly difference?: RunDifference;
  /** Why there is no difference, where there should be one. */
  readonly notCompared?: string;
}

export interface RunComparison {
  /** How many validation images the first run was measured on; unknown if it kept no captions. */
  readonly images: number | undefined;
  readonly configuration: readonly Difference[];
  readonly runs: readonly ComparedRun[];
}

/** What has been read of a run that is to be compared. */
export interface OpenedRun {
  readonly path: string;
  readonly record: RunRecord;
  readonly configuration: RunConfiguration;
  readonly measured: MeasuredCaptions | undefined;
}

/** @throws UserError `run_not_found`, `run_invalid` */
export async function openRuns(paths: readonly string[]): Promise<OpenedRun[]> {
  const runs: OpenedRun[] = [];
  for (const path of paths) runs.push(await openRun(path));
  return runs;
}

async function openRun(path: string): Promise<OpenedRun> {
  const record = await readRun(runFolder(path));
  if (record.history.epochs.length === 0) {
    throw new UserError("run_invalid", `The run ${path} has not come to an epoch's end.`);
  }
  const { images, captions, validationImages, name } = record.dataset;
  return {
    path,
    record,
    configuration: {
      options: parseOptions(trainOptionsSchema, record.options),
      facts: {
        "data set": name,
        "training images": images,
        "training captions": captions,
        "validation images": validationImages,
        "words learnt": record.vocabulary.length,
      },
    },
    measured: record.validation,
  };
}

/** Compares each run with the first one. */
export function compareRuns(runs: readonly OpenedRun[]): RunComparison {
  const base = runs[0];
  return {
    images: base?.measured?.ids.length,
    configuration: differences(runs.map(({ configuration }) => configuration)),
    runs: runs.map((run) => comparedRun(run, base)),
  };
}

function comparedRun(run: OpenedRun, base: OpenedRun | undefined): ComparedRun {
  const { path, measured, record } = run;
  const { history } = record;
  const best = bestEpoch(history);
  const own = {
    path,
    bestEpoch: best ? epochName(best) : "",
    finished: history.measures.length > 0,
    measures: measured?.measures.corpus ?? loggedMeasures(history),
    gap: gapOf(history),
  };
  if (run === base || base === undefined) return own;
  const without = [base, run].find((each) => each.measured === undefined);
  if (without) {
    const notCompared = `${without.path} kept no captions: npm run report -- ${without.path} makes them again`;
    return { ...own, notCompared };
  }
  const difference = base.measured && measured && differenceOf(base.measured, measured);
  if (difference) return { ...own, difference };
  return { ...own, notCompared: "it was measured on other images or against other captions" };
}

function loggedMeasures(history: History): MeasureValues {
  const logged = validationOf(history);
  return perMeasure((name) => logged[name] ?? Number.NaN);
}
