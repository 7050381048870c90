import { type TrainOptions, trainOptionsSchema } from "../options.ts";

/** Options that make no difference to what is learnt. */
const IRRELEVANT = ["out", "resume", "cache", "summaries"];
/** Options of the synthetic images alone. */
const SYNTHETIC = ["syntheticImages", "imageSize"];

/** An option or a fact in which runs differ. */
export interface Difference {
  readonly name: string;
  /** Its values in the order of the runs; empty for an option that is not set. */
  readonly values: readonly string[];
}

/** The options of a run, and the facts about what it began with. */
export interface RunConfiguration {
  readonly options: TrainOptions;
  /** Such as the number of training images, by their names. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Returns the options and facts in which the runs are not all alike. */
export function differences(runs: readonly RunConfiguration[]): Difference[] {
  const drawn = runs.some(({ options }) => options.dataset === undefined);
  const ignored = drawn ? IRRELEVANT : [...IRRELEVANT, ...SYNTHETIC];
  const options = Object.keys(trainOptionsSchema.shape).filter((name) => !ignored.includes(name));
  const facts = new Set(runs.flatMap((run) => Object.keys(run.facts)));
  const all = [
    ...options.map((name) => ({ name, values: runs.map((run) => textOf(run.options, name)) })),
    ...[...facts].map((name) => ({ name, values: runs.map((run) => textOf(run.facts, name)) })),
  ];
  return all.filter(({ values }) => new Set(values).size > 1);
}

function textOf(values: Readonly<Record<string, unknown>>, name: string): string {
  const value = values[name];
  if (value === undefined) return "";
  return Array.isArray(value) ? value.join(", ") : String(value);
}
