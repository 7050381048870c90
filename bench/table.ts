import { counted } from "../node/cli/numbers.ts";
import type { Figure, PartResult } from "./part.ts";

/** "min / loop" is a time in units of the calibration loop's, which compares days and machines. */
const COLUMNS = ["", "median", "min", "unit", "min / loop", "runs", ""] as const;

/** Formats all figures as one table, with a block for each part. */
export function benchTable(results: readonly PartResult[]): string {
  const blocks = results.map((result) => ({ result, rows: rowsOf(result) }));
  const all = [COLUMNS, ...blocks.flatMap(({ rows }) => rows)];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  const lines = blocks.flatMap(({ result, rows }) => [
    "",
    `${result.title} (${result.name})`,
    ...(result.absent === undefined ? [] : [`  not measured: ${result.absent}`]),
    ...rows.map((row) => line(row, widths)),
  ]);
  return [line(COLUMNS, widths), ...lines].join("\n");
}

function rowsOf({ figures, calibration }: PartResult): string[][] {
  return figures.map((figure) => [
    `  ${figure.what}`,
    number(figure.value),
    figure.least === undefined ? "" : number(figure.least),
    figure.unit === "count" || figure.unit === "ratio" ? "" : figure.unit,
    relative(figure, calibration.least),
    figure.runs === undefined ? "" : String(figure.runs),
    figure.note ?? "",
  ]);
}

function relative({ unit, value, least }: Figure, loop: number): string {
  return unit === "ms" ? number((least ?? value) / loop) : "";
}

function number(value: number): string {
  if (Number.isNaN(value)) return "-";
  if (Number.isInteger(value)) return counted(value);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function line(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => {
      const width = widths[column] ?? 0;
      const isText = column === 0 || column === COLUMNS.length - 1 || column === 3;
      return isText ? cell.padEnd(width) : cell.padStart(width);
    })
    .join("  ")
    .trimEnd();
}
