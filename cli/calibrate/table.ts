import type { ThresholdRow } from "./figures.ts";
import { type CalibrationReport, WANTED_SHARE } from "./report.ts";
import {
  CAVEAT,
  type NamedFigures,
  namedFigures,
  percent,
  THRESHOLD_COLUMNS,
  thresholdSentence,
} from "./wording.ts";

/** Formats the report for a terminal. */
export function reportTable(report: CalibrationReport): string {
  const named = namedFigures(report);
  const width = Math.max(...named.map(({ name }) => name.length)) + 2;
  return [
    `${report.model.name} ${report.model.version}: confidence of ${report.mix.images} captions`,
    "",
    row(width, "", "images", "fit", "ROC area", "words alone", "calibration error"),
    ...named.map((figures) => figuresRow(width, figures)),
    "",
    ...named.flatMap(thresholdLines),
    ...nonPhotographLines(report),
    thresholdSentence(report, WANTED_SHARE),
    CAVEAT,
  ].join("\n");
}

function figuresRow(width: number, figures: NamedFigures): string {
  const { low, high } = figures.calibrationInterval;
  return row(
    width,
    figures.name,
    `${figures.images}`,
    percent(figures.fits),
    figures.areaUnderRoc.toFixed(3),
    figures.meanLogProbabilityAreaUnderRoc.toFixed(3),
    `${figures.calibrationError.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`,
  );
}

function thresholdLines({ name, thresholds }: NamedFigures): string[] {
  return [
    name,
    `  ${THRESHOLD_COLUMNS.map((column) => column.padEnd(12)).join("")}`.trimEnd(),
    ...thresholds.map(thresholdLine),
    "",
  ];
}

function thresholdLine({ threshold, kept, fits }: ThresholdRow): string {
  const cells = [threshold.toFixed(1), percent(kept), fits === undefined ? "" : percent(fits)];
  return `  ${cells.map((cell) => cell.padEnd(12)).join("")}`.trimEnd();
}

function nonPhotographLines({ nonPhotographs }: CalibrationReport): string[] {
  if (nonPhotographs.length === 0) return [];
  return [
    "images that are no photographs",
    `  ${"".padEnd(14)}${"images".padEnd(9)}${"confidence".padEnd(12)}kept by the default`,
    ...nonPhotographs.map(({ kind, images, meanConfidence, kept }) =>
      `  ${kind.padEnd(14)}${`${images}`.padEnd(9)}${meanConfidence.toFixed(3).padEnd(12)}${kept === undefined ? "" : percent(kept)}`.trimEnd(),
    ),
    "",
  ];
}

function row(width: number, name: string, ...columns: string[]): string {
  const widths = [8, 8, 10, 13, 0];
  const padded = columns.map((column, index) => column.padEnd(widths[index] ?? 0));
  return `${name.padEnd(width)}${padded.join("")}`.trimEnd();
}
