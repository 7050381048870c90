import { specialTokens, type Vocabulary } from "../../core/vocabulary.ts";
import type { CaptionBatch } from "../model/unrolled.ts";

/** A caption and what it counts; in cross-entropy training everything counts 1. */
export interface WeightedCaption {
  readonly tokens: readonly number[];
  readonly weight: number;
  /** Whether its end is taught too; not where a sample was cut off. */
  readonly ended: boolean;
  /** The token that it begins with: that of its style. */
  readonly start: number;
}

/**
 * Lays captions out step by step, for teacher forcing.
 *
 * A caption longer than the maximum loses its tail and its end with it: the network is not taught
 * to stop in the middle of a sentence.
 *
 * @param captions - for each image its S captions.
 * @param maximumLength - in words.
 */
export function captionBatch(
  captions: readonly (readonly WeightedCaption[])[],
  maximumLength: number,
): CaptionBatch {
  const perImage = Math.max(...captions.map((ofImage) => ofImage.length));
  const columns = captions.length * perImage;
  const longest = Math.max(...captions.flat().map(({ tokens }) => tokens.length));
  const steps = Math.min(longest, maximumLength) + 1;
  const inputs = new Int32Array(steps * columns).fill(specialTokens.pad);
  const targets = new Int32Array(steps * columns).fill(specialTokens.pad);
  const weights = new Float32Array(steps * columns);
  for (const [image, ofImage] of captions.entries()) {
    for (const [number, caption] of ofImage.entries()) {
      const column = image * perImage + number;
      const ended = caption.ended ? [...caption.tokens, specialTokens.end] : caption.tokens;
      for (const [step, target] of ended.slice(0, steps).entries()) {
        if (step === maximumLength && target !== specialTokens.end) break;
        inputs[step * columns + column] = step === 0 ? caption.start : (ended[step - 1] ?? 0);
        targets[step * columns + column] = target;
        // A word that the vocabulary lacks is read, but never taught.
        const taught = target !== specialTokens.unknown;
        weights[step * columns + column] = taught ? caption.weight : 0;
      }
    }
  }
  return { images: captions.length, captionsPerImage: perImage, steps, inputs, targets, weights };
}

/** The captions of images, and the token that those of each image begin with. */
export interface StartedCaptions {
  readonly words: readonly (readonly (readonly string[])[])[];
  readonly starts: readonly number[];
}

/** Returns the captions of people as training teaches them, image by image. */
export function taughtCaptions(
  { words, starts }: StartedCaptions,
  vocabulary: Vocabulary,
): WeightedCaption[][] {
  return words.map((ofImage, row) =>
    ofImage.map((caption) => ({
      tokens: vocabulary.encode(caption),
      weight: 1,
      ended: true,
      start: starts[row] ?? specialTokens.start,
    })),
  );
}
