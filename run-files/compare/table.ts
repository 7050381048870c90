import { basename, resolve } from "node:path";
import { type Comparison, type MeasureName, measureNames } from "../../metrics/index.ts";
import { signed } from "../../node/cli/numbers.ts";
import type { ComparedRun, ComparedSet, RunComparison } from "./index.ts";

/** Most runs that stand side by side; more stand below one another, with fewer measures. */
const MAXIMUM_COLUMNS = 4;

/** A whole line, or cells that are aligned with those of all other rows. */
type Row = string | readonly string[];

/** Names runs by the last part of their paths, or by the whole path where two would be the same. */
export function runNames(paths: readonly string[]): string[] {
  const last = paths.map((path) => basename(resolve(path)));
  return paths.map((path, index) =>
    last.filter((name) => name === last[index]).length > 1 ? path : (last[index] ?? path),
  );
}

/** Returns whether an interval excludes 0. */
export function isClear({ interval }: Comparison): boolean {
  return interval.low > 0 || interval.high < 0;
}

/** Returns the names of all data sets, those of the first run first. */
function comparedSets({ runs }: RunComparison): string[] {
  return [...new Set(runs.flatMap(({ sets }) => sets.map(({ name }) => name)))];
}

/** Returns a run's set of a name, or its only set where all runs have one. */
export function setOf(
  { runs }: RunComparison,
  { sets }: ComparedRun,
  name: string,
): ComparedSet | undefined {
  if (runs.every((run) => run.sets.length === 1)) return sets[0];
  return sets.find((set) => set.name === name);
}

/** Returns the set names that need a section: one, where each run has one set, whatever its name. */
export function sectionNames(comparison: RunComparison): string[] {
  const all = comparedSets(comparison);
  return comparison.runs.every(({ sets }) => sets.length === 1) ? all.slice(0, 1) : all;
}

/** Writes the comparison as text for a terminal. */
export function comparisonTable(comparison: RunComparison): string {
  const { runs } = comparison;
  const names = runNames(runs.map(({ path }) => path));
  const narrow = runs.length <= MAXIMUM_COLUMNS;
  return [
    "What differs in the configuration",
    ...aligned(
      narrow ? configurationColumns(comparison, names) : configurationRows(comparison, names),
    ),
    "",
    "On the validation images, best epoch, greedy",
    ...aligned(narrow ? runColumns(comparison, names) : runRows(comparison, names)),
    "",
    `Differences from ${names[0]} with paired bootstrap intervals of 95 %; * the interval excludes 0.`,
    ...notes(comparison, names),
  ].join("\n");
}

function configurationColumns({ configuration }: RunComparison, names: readonly string[]): Row[] {
  if (configuration.length === 0) return ["  nothing"];
  return [
    ["", ...names],
    ...configuration.map(({ name, values }) => [name, ...values.map(orDash)]),
  ];
}

/** Lists for each run what differs from the first. */
function configurationRows({ configuration }: RunComparison, names: readonly string[]): Row[] {
  return names.slice(1).map((name, index) => {
    const changed = configuration.filter(({ values }) => values[index + 1] !== values[0]);
    const settings = changed.map((option) => `${option.name} ${orDash(option.values[index + 1])}`);
    return [name, settings.join(", ") || "nothing"];
  });
}

function runColumns(comparison: RunComparison, names: readonly string[]): Row[] {
  const { runs } = comparison;
  const sections = sectionNames(comparison);
  return [
    ["", ...names],
    ["best epoch", ...runs.map(epochOf)],
    ...sections.flatMap((name) => {
      const sets = runs.map((run) => setOf(comparison, run, name));
      return [
        `${name}${imagesOf(sets)}`,
        ...measureNames.flatMap((measure) => measureRows(sets, measure)),
      ];
    }),
    ...(sections.length > 1 ? ["mean of the data sets"] : []),
    ...(sections.length > 1
      ? [["CIDEr-D", ...runs.map(({ measures }) => measures["CIDEr-D"].toFixed(3))]]
      : []),
    ["CIDEr-D, training", ...runs.map(({ gap }) => orDash(gap?.train.toFixed(3)))],
    ["gap", ...runs.map(({ gap }) => orDash(gap?.gap.toFixed(3)))],
  ];
}

/** Writes a measure and, below it, how far each run is from the first. */
function measureRows(sets: readonly (ComparedSet | undefined)[], name: MeasureName): Row[] {
  const values = [name, ...sets.map((set) => orDash(set?.measures[name].toFixed(3)))];
  if (sets.every((set) => set?.difference === undefined)) return [values];
  const compared = sets.map((set) => (set?.difference ? differenceText(set.difference[name]) : ""));
  return [values, ["", ...compared]];
}

/** Writes a row for each run, with CIDEr-D alone. */
function runRows(comparison: RunComparison, names: readonly string[]): Row[] {
  const { runs } = comparison;
  const head = ["", "best epoch", "CIDEr-D", "difference", "CIDEr-D, training", "gap"];
  return sectionNames(comparison).flatMap((name) => {
    const sets = runs.map((run) => setOf(comparison, run, name));
    return [
      `${name}${imagesOf(sets)}`,
      head,
      ...runs.map((run, index) => {
        const set = sets[index];
        return [
          names[index] ?? "",
          epochOf(run),
          orDash(set?.measures["CIDEr-D"].toFixed(3)),
          set?.difference ? differenceText(set.difference["CIDEr-D"]) : "",
          orDash(run.gap?.train.toFixed(3)),
          orDash(run.gap?.gap.toFixed(3)),
        ];
      }),
    ];
  });
}

function notes(comparison: RunComparison, names: readonly string[]): string[] {
  const several = sectionNames(comparison).length > 1;
  return comparison.runs.flatMap(({ sets }, index) =>
    sets.flatMap(({ name, notCompared }) => {
      if (notCompared === undefined) return [];
      return [`${names[index]}${several ? ` on ${name}` : ""} has no intervals: ${notCompared}.`];
    }),
  );
}

function epochOf({ bestEpoch, finished }: ComparedRun): string {
  return `${bestEpoch}${finished ? "" : " (unfinished)"}`;
}

function imagesOf(sets: readonly (ComparedSet | undefined)[]): string {
  const images = sets.find((set) => set?.images !== undefined)?.images;
  return images === undefined ? "" : ` (${images} images)`;
}

/** Writes a difference such as `+0.012 [+0.003, +0.021] *`. */
export function differenceText(comparison: Comparison): string {
  const { difference, interval } = comparison;
  const text = `${signed(difference, 3)} [${signed(interval.low, 3)}, ${signed(interval.high, 3)}]`;
  return isClear(comparison) ? `${text} *` : text;
}

function orDash(text: string | undefined): string {
  return text === undefined || text === "" ? "-" : text;
}

/** Indents the rows and pads their cells to columns. */
function aligned(rows: readonly Row[]): string[] {
  const cells = rows.filter((row) => typeof row !== "string");
  const widths: number[] = [];
  for (const row of cells) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  return rows.map((row) =>
    typeof row === "string"
      ? row
      : `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
}
