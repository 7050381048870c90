import type { ThresholdRow } from "./figures.ts";
import { type CalibrationReport, type Figures, WANTED_SHARE } from "./report.ts";

/** The figures of a set or a search, with its name. */
export interface NamedFigures extends Figures {
  readonly name: string;
}

/** Says how the figures were measured, and their bias. */
export const CAVEAT =
  "Each figure is out of fold: five models, each judged on the fifth of the images that it was not fitted on. The network's epoch was chosen by the captions of these same images, so the figures are slightly optimistic.";

/** The columns of {@link thresholdCells}. */
export const THRESHOLD_COLUMNS = ["threshold", "kept", "of these fit"] as const;

/** Lists every set under its name, then all of them together, then other searches. */
export function namedFigures({ sets, mix, otherSearches }: CalibrationReport): NamedFigures[] {
  return [
    ...sets.map((set) => ({
      ...set,
      name: set.style === undefined ? set.dataset : `${set.dataset}, style ${set.style}`,
    })),
    { ...mix, name: "all together" },
    ...otherSearches,
  ];
}

/** Says what the default threshold is, or that there is none. */
export function thresholdSentence({ threshold, mix }: CalibrationReport): string {
  const wanted = percent(WANTED_SHARE);
  return threshold === undefined
    ? `No threshold that keeps at least 50 captions makes ${wanted} of them fit: the bundle has no default threshold.`
    : `Default threshold for alt text: ${threshold}, the lowest at which ${wanted} of what is kept fits (of ${mix.images} captions).`;
}

/** Formats the figures of a set, without the interval of its calibration error. */
export function figureCells(figures: NamedFigures): string[] {
  const { name, images, fits, areaUnderRoc, meanLogProbabilityAreaUnderRoc } = figures;
  const areas = [areaUnderRoc, meanLogProbabilityAreaUnderRoc, figures.calibrationError];
  return [name, `${images}`, percent(fits), ...areas.map((area) => area.toFixed(3))];
}

/** Formats the interval of a calibration error. */
export function calibrationInterval({ calibrationInterval: { low, high } }: Figures): string {
  return `${low.toFixed(3)} to ${high.toFixed(3)}`;
}

/** Formats what a threshold keeps. */
export function thresholdCells({ threshold, kept, fits }: ThresholdRow): string[] {
  return [threshold.toFixed(1), percent(kept), percent(fits)];
}

/** Formats the confidence of a kind of images that are not photographs. */
export function nonPhotographCells({
  kind,
  images,
  meanConfidence,
  kept,
}: CalibrationReport["nonPhotographs"][number]): string[] {
  return [kind, `${images}`, meanConfidence.toFixed(3), percent(kept)];
}

/** Formats a share as a percentage with one decimal; empty without a share. */
export function percent(share: number | undefined): string {
  return share === undefined ? "" : `${(100 * share).toFixed(1)} %`;
}
