import { specialTokens, type Vocabulary } from "../../core/vocabulary.ts";
import type { CaptionBatch } from "../model/unrolled.ts";

/** A target caption. */
export interface WeightedCaption {
  readonly tokens: readonly number[];
  /** The weight of each of its words in the loss; 1 in cross-entropy training. */
  readonly weight: number;
  /** Whether the end follows as a target; false for a sample that was cut off. */
  readonly ended: boolean;
  /** The first input token: that of its style. */
  readonly start: number;
}

/**
 * Lays captions out step by step, for teacher forcing.
 *
 * A caption longer than the maximum loses its tail and its end, so that the network does not learn to
 * stop in the middle of a sentence. Words that the vocabulary lacks are inputs, but not targets.
 *
 * @param captions - for each image its S captions; fewer leave columns of weight 0.
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
        const isTarget = target !== specialTokens.unknown;
        weights[step * columns + column] = isTarget ? caption.weight : 0;
      }
    }
  }
  return { images: captions.length, captionsPerImage: perImage, steps, inputs, targets, weights };
}

/** Captions of images as words, and the token that each image's captions start with. */
export interface HumanCaptions {
  readonly words: readonly (readonly (readonly string[])[])[];
  readonly starts: readonly number[];
}

/** Turns captions into targets of weight 1, image by image. */
export function humanTargets(
  { words, starts }: HumanCaptions,
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
