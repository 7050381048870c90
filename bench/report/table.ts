import type { Figure, PartResult } from "../part.ts";

const columns = ["", "median", "least", "unit", "least / loop", "runs", ""] as const;

/** All figures as one table, a block for each part. */
export function benchTable(results: readonly PartResult[]): string {
  const blocks = results.map((result) => ({ result, rows: rowsOf(result) }));
  const all = [columns, ...blocks.flatMap(({ rows }) => rows)];
  const widths = columns.map((_, column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  const lines = blocks.flatMap(({ result, rows }) => [
    "",
    `${result.title} (${result.name})`,
    ...(result.absent === undefined ? [] : [`  not measured: ${result.absent}`]),
    ...rows.map((row) => line(row, widths)),
  ]);
  return [line(columns, widths), ...lines].join("\n");
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

/** A time in units of the calibration loop's, by which different days and machines compare. */
function relative({ unit, value, least }: Figure, loop: number): string {
  return unit === "ms" ? number((least ?? value) / loop) : "";
}

function number(value: number): string {
  if (Number.isNaN(value)) return "-";
  if (Number.isInteger(value)) return value.toLocaleString("en");
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
      const isText = column === 0 || column === columns.length - 1 || column === 3;
      return isText ? cell.padEnd(width) : cell.padStart(width);
    })
    .join("  ")
    .trimEnd();
}
