import type { CalibrationReport } from "./report.ts";
import {
  CAVEAT,
  calibrationInterval,
  figureCells,
  type NamedFigures,
  namedFigures,
  nonPhotographCells,
  THRESHOLD_COLUMNS,
  thresholdCells,
  thresholdSentence,
} from "./wording.ts";

/** Formats the report for a terminal. */
export function reportTable(report: CalibrationReport): string {
  const named = namedFigures(report);
  const width = Math.max(...named.map(({ name }) => name.length)) + 2;
  return [
    `${report.model.name} ${report.model.version}: confidence of ${report.mix.images} captions`,
    "",
    figuresRow(width, ["", "images", "fit", "ROC area", "words alone", "calibration error"]),
    ...named.map((figures) =>
      figuresRow(width, [...figureCells(figures), `(${calibrationInterval(figures)})`]),
    ),
    "",
    ...named.flatMap(thresholdLines),
    ...nonPhotographLines(report),
    thresholdSentence(report),
    CAVEAT,
  ].join("\n");
}

function figuresRow(width: number, cells: readonly string[]): string {
  return row([width, 8, 8, 10, 13, 6], cells);
}

function thresholdLines({ name, thresholds }: NamedFigures): string[] {
  const rows = [THRESHOLD_COLUMNS, ...thresholds.map(thresholdCells)];
  return [name, ...rows.map((cells) => row([2, 12, 12], ["", ...cells])), ""];
}

function nonPhotographLines({ nonPhotographs }: CalibrationReport): string[] {
  if (nonPhotographs.length === 0) return [];
  const columns = ["", "images", "confidence", "kept by the default"];
  return [
    "images that are not photographs",
    ...[columns, ...nonPhotographs.map(nonPhotographCells)].map((cells) =>
      row([2, 14, 9, 12], ["", ...cells]),
    ),
    "",
  ];
}

/** Joins cells, each padded to the width of its column; the last column has none. */
function row(widths: readonly number[], cells: readonly string[]): string {
  return cells
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join("")
    .trimEnd();
}
