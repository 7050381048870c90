import { drawKey, shuffledIndices, uniformDraws } from "../../core/random-draws.ts";
import {
  type CaptionBatch,
  countedPositions,
  type ImageState,
  type UnrolledNetwork,
} from "../model/unrolled.ts";
import { captionBatch, type WeightedCaption } from "./caption-batch.ts";
import type { Objective, StepContext, WeightedBatch } from "./objective.ts";
import { sampleTokens } from "./sampling.ts";

/** Settings of the batches and the loss of teacher forcing. */
interface TeacherForcingOptions {
  readonly dropout: number;
  readonly labelSmoothing: number;
  /** Share of input words that the decoder predicted, at the end of the stage; it grows linearly from 0. */
  readonly scheduledSampling: number;
  /** Longest caption, in words; the rest of longer ones is cut off. */
  readonly teachLength: number;
  /** Captions of an image in a step, drawn by the step's key; undefined: all. */
  readonly captionsTaught?: number | undefined;
  /** Tokens that are never drawn as predicted words. */
  readonly forbidden: readonly number[];
}

/**
 * Makes the objective of teacher forcing: the cross-entropy of the next word, given those before it.
 *
 * Scheduled sampling (Bengio et al., 2015) takes two passes (Mihaylova and Martins, 2019): the decoder
 * first predicts a word at every position, then some of these words replace the true inputs.
 *
 * @param captions - the target captions of each image.
 */
export function teacherForcing(
  network: UnrolledNetwork,
  captions: readonly (readonly WeightedCaption[])[],
  options: TeacherForcingOptions,
): Objective {
  return {
    dropout: options.dropout,
    labelSmoothing: options.labelSmoothing,
    batch(rows, encode, context): WeightedBatch {
      const chosen = rows.map((row) => drawnCaptions(row, context));
      const batch = captionBatch(chosen, options.teachLength);
      const share = options.scheduledSampling * context.progress;
      const mixed = share > 0 ? withPredictedWords(batch, encode(), share, context) : batch;
      return { batch: mixed, normaliser: mixed.weights.reduce((sum, weight) => sum + weight, 0) };
    },
  };

  function drawnCaptions(row: number, { key }: StepContext): readonly WeightedCaption[] {
    const own = captions[row] ?? [];
    const count = options.captionsTaught ?? own.length;
    if (count >= own.length) return own;
    const order = shuffledIndices(drawKey(key, "captions", row), own.length);
    return order.slice(0, count).flatMap((index) => own[index] ?? []);
  }

  /** Replaces a share of the input words by predicted ones. */
  function withPredictedWords(
    batch: CaptionBatch,
    image: ImageState,
    share: number,
    context: StepContext,
  ): CaptionBatch {
    const predicted = predictedWords(batch, image, context);
    const columns = batch.images * batch.captionsPerImage;
    const draws = uniformDraws(drawKey(context.key, "scheduled"), batch.inputs.length);
    const inputs = batch.inputs.map((token, position) => {
      const before = predicted.get(position - columns);
      return before !== undefined && (draws[position] ?? 1) < share ? before : token;
    });
    return { ...batch, inputs };
  }

  /** Draws the decoder's word at each position of the batch, by position. */
  function predictedWords(
    batch: CaptionBatch,
    image: ImageState,
    context: StepContext,
  ): Map<number, number> {
    const { logits } = network.teacherForced(image, batch);
    const key = drawKey(context.key, "own words");
    const tokens = sampleTokens(network, logits, { key, forbidden: options.forbidden });
    const positions = countedPositions(batch.weights);
    return new Map(Array.from(positions, (position, index) => [position, tokens[index] ?? 0]));
  }
}
