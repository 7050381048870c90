import { isDeepStrictEqual } from "node:util";
import { type Comparison, type MeasureName, pairedBootstraps } from "../../metrics/index.ts";
import type { MeasuredCaptions } from "../validation-captions.ts";

/** A difference between two runs in every measure, with paired bootstrap intervals. */
export type RunDifference = Readonly<Record<MeasureName, Comparison>>;

/**
 * How much better one run is than another.
 *
 * @returns nothing where the two were not measured on the same images against the same captions.
 */
export function differenceOf(
  base: MeasuredCaptions,
  other: MeasuredCaptions,
): RunDifference | undefined {
  if (!isDeepStrictEqual(base.ids, other.ids)) return undefined;
  if (!isDeepStrictEqual(base.references, other.references)) return undefined;
  return pairedBootstraps(base.measures, other.measures);
}
