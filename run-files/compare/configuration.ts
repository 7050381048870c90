import { type TrainOptions, trainOptionsSchema } from "../options.ts";

/** Where things are makes no difference to what is learnt. */
const places = ["out", "resume", "cache"];
/** What only the synthetic pictures are drawn by. */
const synthetic = ["syntheticImages", "imageSize"];

/** Something in which runs differ, with its value in each of them. */
export interface Difference {
  readonly name: string;
  /** In the order of the runs; an option that is not set is the empty string. */
  readonly values: readonly string[];
}

/** What a run was told and what it began with. */
export interface RunConfiguration {
  readonly options: TrainOptions;
  /** Facts besides options, such as the data set's number of images, by their names. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The options, and whatever else is known, in which runs are not all alike. */
export function differences(runs: readonly RunConfiguration[]): Difference[] {
  const drawn = runs.some(({ options }) => options.dataset === undefined);
  const ignored = drawn ? places : [...places, ...synthetic];
  const options = Object.keys(trainOptionsSchema.shape).filter((name) => !ignored.includes(name));
  const facts = new Set(runs.flatMap((run) => Object.keys(run.facts)));
  const all = [
    ...options.map((name) => ({ name, values: runs.map((run) => textOf(run.options, name)) })),
    ...[...facts].map((name) => ({ name, values: runs.map((run) => textOf(run.facts, name)) })),
  ];
  return all.filter(({ values }) => new Set(values).size > 1);
}

function textOf(values: Readonly<Record<string, unknown>>, name: string): string {
  return values[name] === undefined ? "" : String(values[name]);
}

/** The options that one run has and another has not, or has otherwise. */
export function changedOptions(
  options: TrainOptions,
  before: TrainOptions,
): Record<string, unknown> {
  const known: Record<string, unknown> = before;
  return Object.fromEntries(Object.entries(options).filter(([key, value]) => known[key] !== value));
}
