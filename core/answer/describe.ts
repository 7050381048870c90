import type { CaptionAnswer } from "../api/caption-answer.ts";
import type { Manifest } from "../bundle/manifest.ts";
import type { Caption } from "../captioner.ts";
import type { Size } from "../image/pixels.ts";
import type { AnswerOptions } from "./options.ts";

/**
 * Returns the answer about an image.
 *
 * @param captions - at least one, the best first.
 * @param image - its size as it is displayed, and its format.
 */
export function describeCaptions<I extends Size>(
  captions: readonly Caption[],
  image: I,
  { name, version, network }: Manifest,
  options: AnswerOptions,
): Omit<CaptionAnswer, "image"> & { readonly image: I } {
  const [best] = captions;
  if (!best) throw new Error("the search found no caption");
  const alternatives = captions.slice(0, options.alternatives).map(describe);
  return {
    ...describe(best),
    ...(alternatives.length > 0 ? { alternatives } : {}),
    ...(options.attention && network.regions
      ? { attention: { ...network.regions, maps: best.attention.map(rounded) } }
      : {}),
    model: { name, version },
    image,
  };
}

function describe(found: Caption) {
  const { tokens, tokenLogProbabilities, attention: _, evidence: __, ...caption } = found;
  return {
    ...caption,
    tokens: [...tokens],
    tokenLogProbabilities: [...tokenLogProbabilities],
  };
}

/** Rounds weights to ten thousandths, which is finer than any display needs. */
function rounded(weights: Float32Array): number[] {
  return Array.from(weights, (weight) => Math.round(weight * 10_000) / 10_000);
}
