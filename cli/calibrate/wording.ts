import type { CalibrationReport, Figures } from "./report.ts";

/** Figures with the name of what they are of. */
export interface NamedFigures extends Figures {
  readonly name: string;
}

/** What the figures are, and what they are not. */
export const CAVEAT =
  "Each figure is out of fold: five models, each judged on the fifth of the images that it was not fitted on. The network's epoch was chosen by the captions of these same images, so the figures are a little kind.";

/** What is kept at which threshold, in words. */
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
export function thresholdSentence({ threshold, mix }: CalibrationReport, share: number): string {
  const wanted = percent(share);
  return threshold === undefined
    ? `No threshold that keeps at least 50 captions makes ${wanted} of them fit: the bundle has no default threshold.`
    : `Default threshold for alt text: ${threshold}, the lowest at which ${wanted} of what is kept fits (of ${mix.images} captions).`;
}

/** Formats a share as a percentage with one decimal. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
