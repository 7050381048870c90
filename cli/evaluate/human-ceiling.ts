import { mean } from "../../metrics/caption.ts";
import { type Caption, type MeasureValues, measure, perMeasure } from "../../metrics/index.ts";

/**
 * Measures how well people agree: the first reference of each image is scored against the image's
 * others, then the second, and so on, and the results are averaged.
 *
 * @returns undefined if an image has fewer than two references.
 */
export function humanCeiling(
  references: readonly (readonly Caption[])[],
): MeasureValues | undefined {
  const fewest = Math.min(...references.map(({ length }) => length));
  if (fewest < 2) return undefined;
  const rounds = Array.from({ length: fewest }, (_, round) => scoreRound(references, round));
  return perMeasure((name) => mean(rounds.map((values) => values[name])));
}

function scoreRound(references: readonly (readonly Caption[])[], round: number): MeasureValues {
  return measure(
    references.map((ofImage) => ofImage[round] ?? []),
    references.map((ofImage) => ofImage.filter((_, index) => index !== round)),
  ).corpus;
}
