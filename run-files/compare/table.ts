import { basename, resolve } from "node:path";
import { type Comparison, type MeasureName, measureNames } from "../../metrics/index.ts";
import { signed } from "../../node/cli/signed.ts";
import type { ComparedRun, RunComparison } from "./index.ts";

/** Names by which runs are told apart: the last part of the path where that is enough. */
export function runNames(paths: readonly string[]): string[] {
  const last = paths.map((path) => basename(resolve(path)));
  return paths.map((path, index) =>
    last.filter((name) => name === last[index]).length > 1 ? path : (last[index] ?? path),
  );
}

/** Whether an interval says that there is a difference. */
export function isClear({ interval }: Comparison): boolean {
  return interval.low > 0 || interval.high < 0;
}

/** The comparison as text for a terminal. */
export function comparisonTable({ runs, configuration, images }: RunComparison): string {
  const names = runNames(runs.map(({ path }) => path));
  const options = configuration.map(({ name, values }) => [name, ...values.map(orDash)]);
  const measures = [
    ["best epoch", ...runs.map((run) => `${run.bestEpoch}${run.finished ? "" : " (unfinished)"}`)],
    ...measureNames.flatMap((name) => measureRows(runs, name)),
    ["CIDEr-D, training", ...runs.map(({ gap }) => orDash(gap?.train.toFixed(3)))],
    ["gap", ...runs.map(({ gap }) => orDash(gap?.gap.toFixed(3)))],
  ];
  return [
    "What differs in the configuration",
    ...(options.length === 0 ? ["  nothing"] : aligned([["", ...names], ...options])),
    "",
    `On the validation images${images === undefined ? "" : ` (${images})`}, best epoch, greedy`,
    ...aligned([["", ...names], ...measures]),
    "",
    `Differences from ${names[0]} with paired bootstrap intervals of 95 %; * the interval does not hold 0.`,
    ...runs.flatMap(({ notCompared }, index) =>
      notCompared === undefined ? [] : [`${names[index]} has no intervals: ${notCompared}.`],
    ),
  ].join("\n");
}

/** A measure and, below it, how far each run is from the first. */
function measureRows(runs: readonly ComparedRun[], name: MeasureName): string[][] {
  const values = [name, ...runs.map(({ measures }) => measures[name].toFixed(3))];
  if (runs.every(({ difference }) => difference === undefined)) return [values];
  const compared = runs.map(({ difference }) =>
    difference ? differenceText(difference[name]) : "",
  );
  return [values, ["", ...compared]];
}

/** Such as `+0.012 [+0.003, +0.021] *`. */
export function differenceText(comparison: Comparison): string {
  const { difference, interval } = comparison;
  const text = `${signed(difference, 3)} [${signed(interval.low, 3)}, ${signed(interval.high, 3)}]`;
  return isClear(comparison) ? `${text} *` : text;
}

function orDash(text: string | undefined): string {
  return text === undefined || text === "" ? "-" : text;
}

/** Rows with their columns below one another. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ")}`.trimEnd(),
  );
}
