import { isDeepStrictEqual } from "node:util";
import {
  type Comparison,
  type MeasureName,
  type Measures,
  measure,
  pairedBootstraps,
} from "../../core/metrics/index.ts";
import { runFolder } from "../run/run-folder.ts";
import { readValidationCaptions, type ValidationCaptions } from "../run/validation-captions.ts";

/** The validation captions of a run's best epoch with their measures, image by image. */
export interface Measured extends ValidationCaptions {
  readonly measures: Measures;
}

/** @throws UserError `run_invalid` for a run that kept no captions. */
export async function measuredRun(path: string): Promise<Measured> {
  const captions = await readValidationCaptions(runFolder(path));
  return { ...captions, measures: measure(captions.candidates, captions.references) };
}

/** A difference between two runs in every measure, with paired bootstrap intervals. */
export type RunDifference = Readonly<Record<MeasureName, Comparison>>;

/**
 * How much better one run is than another.
 *
 * @returns nothing where the two were not measured on the same images against the same captions.
 */
export function differenceOf(base: Measured, other: Measured): RunDifference | undefined {
  if (!isDeepStrictEqual(base.ids, other.ids)) return undefined;
  if (!isDeepStrictEqual(base.references, other.references)) return undefined;
  return pairedBootstraps(base.measures, other.measures);
}
