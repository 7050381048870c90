import type { ConfidenceEvidence } from "./evidence.ts";
import { confidenceFeature } from "./features.ts";
import type { ConfidenceModel } from "./schema.ts";

/** Rounds a confidence to thousandths: the calibration error is larger than that. */
export function roundConfidence(confidence: number): number {
  return Math.round(1000 * confidence) / 1000;
}

/**
 * Returns the probability that a caption fits its image, 0 to 1.
 *
 * @param model - fitted on captions of greedy search.
 */
export function confidenceOf(
  { bias, terms, words, styles = {} }: Pick<ConfidenceModel, "bias" | "terms" | "words" | "styles">,
  evidence: ConfidenceEvidence,
): number {
  let score = bias;
  for (const { feature, mean, deviation, weight } of terms) {
    score += (weight * (confidenceFeature(feature, evidence) - mean)) / deviation;
  }
  for (const token of new Set(evidence.tokens)) {
    if (Object.hasOwn(words, token)) score += words[token] ?? 0;
  }
  const { style } = evidence;
  if (style !== undefined && Object.hasOwn(styles, style)) score += styles[style] ?? 0;
  return 1 / (1 + Math.exp(-score));
}
