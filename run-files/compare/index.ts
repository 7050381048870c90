/**
 * Compares runs: the differences of their configurations and of their measures.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../core/errors.ts";
import {
  type Comparison,
  type MeasureName,
  type MeasureValues,
  pairedBootstraps,
  perMeasure,
} from "../../metrics/index.ts";
import { setNames } from "../config.ts";
import { type Gap, gapOf } from "../gap.ts";
import {
  bestPoint,
  finalMeasures,
  isFinished,
  meanValues,
  measuredPoints,
  pointName,
  validationMeasures,
} from "../history.ts";
import { runFolder } from "../run-folder.ts";
import { type RunRecord, readRun } from "../run-record.ts";
import type { MeasuredSet } from "../validation-captions.ts";
import { type Difference, differences, type RunConfiguration } from "./configuration.ts";

/** The difference of each measure from the first run, with paired bootstrap intervals. */
type RunDifference = Readonly<Record<MeasureName, Comparison>>;

/** A run's captions of one data set's validation images: best epoch, greedy. */
export interface ComparedSet {
  readonly name: string;
  /** Number of validation images; absent if the run kept no captions. */
  readonly images?: number;
  readonly measures: MeasureValues;
  /** Absent for the first run, and where there is `notCompared`. */
  readonly difference?: RunDifference;
  /** Why there is no difference. */
  readonly notCompared?: string;
}

export interface ComparedRun {
  readonly path: string;
  /** Such as `self-critical 8`; `start` if no epoch was better than the captioner of `--from`. */
  readonly bestEpoch: string;
  readonly finished: boolean;
  /** The mean over the data sets. */
  readonly measures: MeasureValues;
  /** CIDEr-D of training images, and how far above that of the validation images it is. */
  readonly gap: Gap | undefined;
  readonly sets: readonly ComparedSet[];
}

export interface RunComparison {
  readonly configuration: readonly Difference[];
  readonly runs: readonly ComparedRun[];
}

/**
 * Reads the runs that are to be compared.
 *
 * @throws {UserError} `run_not_found`; `run_invalid`, also for a run without a finished epoch.
 */
export async function openRuns(paths: readonly string[]): Promise<RunRecord[]> {
  const runs: RunRecord[] = [];
  for (const path of paths) {
    const run = await readRun(runFolder(path));
    if (measuredPoints(run.history).length === 0) {
      throw new UserError(
        "run_invalid",
        `The run ${path} has not finished an epoch: wait for its first one.`,
      );
    }
    runs.push(run);
  }
  return runs;
}

/** Compares each run with the first one, data set by data set. */
export function compareRuns(runs: readonly RunRecord[]): RunComparison {
  const base = runs[0];
  return {
    configuration: differences(runs.map(configurationOf)),
    runs: runs.map((run) => comparedRun(run, run === base ? undefined : base)),
  };
}

function configurationOf({ options, dataset, words }: RunRecord): RunConfiguration {
  return {
    options,
    facts: {
      "data set": dataset.name,
      "training images": dataset.images,
      "training captions": dataset.captions,
      "validation images": dataset.validationImages,
      "words learnt": words.length,
    },
  };
}

function comparedRun(run: RunRecord, base: RunRecord | undefined): ComparedRun {
  const { path, history } = run;
  const best = bestPoint(history);
  const sets = setNames(run).map((name) => comparedSet(run, name, base));
  return {
    path,
    bestEpoch: best ? pointName(best) : "",
    finished: isFinished(history),
    measures: asMeasures(meanValues(sets.map(({ measures }) => measures))),
    gap: gapOf(history),
    sets,
  };
}

function comparedSet(run: RunRecord, name: string, base: RunRecord | undefined): ComparedSet {
  const measured = measuredSet(run, name);
  const own = {
    name,
    measures: measured?.measures.corpus ?? asMeasures(loggedMeasures(run, name)),
    ...(measured ? { images: measured.ids.length } : {}),
  };
  if (base === undefined) return own;
  const baseName = counterpart(run, name, base);
  if (baseName === undefined) return { ...own, notCompared: `${base.path} has no such data set` };
  const without = [base, run].find(({ validation }) => validation === undefined);
  if (without) {
    const notCompared = `${without.path} kept no captions: npm run report -- ${without.path} writes them again`;
    return { ...own, notCompared };
  }
  const baseSet = measuredSet(base, baseName);
  if (baseSet && measured && sameImages(baseSet, measured)) {
    return { ...own, difference: pairedBootstraps(baseSet.measures, measured.measures) };
  }
  return { ...own, notCompared: "it was measured on other images or against other references" };
}

/** Finds the first run's set of a name, or its only set where both runs have one. */
function counterpart(run: RunRecord, name: string, base: RunRecord): string | undefined {
  const [names, baseNames] = [setNames(run), setNames(base)];
  if (names.length === 1 && baseNames.length === 1) return baseNames[0];
  return baseNames.find((baseName) => baseName === name);
}

function measuredSet({ validation }: RunRecord, name: string): MeasuredSet | undefined {
  return validation?.sets.find((set) => set.name === name);
}

function sameImages(one: MeasuredSet, other: MeasuredSet): boolean {
  return (
    isDeepStrictEqual(one.ids, other.ids) && isDeepStrictEqual(one.references, other.references)
  );
}

/** Returns the logged measures of a set by the best weights, for a run that kept no captions. */
function loggedMeasures(run: RunRecord, name: string): Readonly<Record<string, number>> {
  const { history } = run;
  if (setNames(run).length === 1) return validationMeasures(history);
  const atEnd = finalMeasures(history, "validation").find(({ set }) => set === name);
  return atEnd?.values ?? bestPoint(history)?.sets?.[name] ?? {};
}

function asMeasures(values: Readonly<Record<string, number>>): MeasureValues {
  return perMeasure((name) => values[name] ?? Number.NaN);
}
