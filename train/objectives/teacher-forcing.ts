import { drawKey, shuffledIndices, uniformDraws } from "../../core/random-draws.ts";
import {
  type CaptionBatch,
  type ImageState,
  positionsThatCount,
  type UnrolledNetwork,
} from "../model/unrolled.ts";
import { captionBatch, type WeightedCaption } from "./caption-batch.ts";
import type { Lesson, Objective, StepContext } from "./objective.ts";
import { sampleTokens } from "./sampling.ts";

export interface TeacherForcingOptions {
  readonly dropout: number;
  readonly labelSmoothing: number;
  /** Share of input words that are the decoder's own at the end of the stage; it grows linearly. */
  readonly scheduledSampling: number;
  /** Words of a caption beyond this many are left out. */
  readonly teachLength: number;
  /** How many captions of an image a step teaches, drawn by the step's key; undefined: all. */
  readonly captionsTaught?: number | undefined;
  /** Tokens that the decoder's own words are never drawn from. */
  readonly forbidden: readonly number[];
}

/**
 * Cross-entropy of the next word, the words before it given.
 *
 * Scheduled sampling (Bengio et al., 2015) is done in two passes (Mihaylova and Martins, 2019): the
 * decoder first says what it would have said at each place, then some of that is put in the place
 * of the true words.
 *
 * @param captions - image by image.
 */
export function teacherForcing(
  network: UnrolledNetwork,
  captions: readonly (readonly WeightedCaption[])[],
  options: TeacherForcingOptions,
): Objective {
  return {
    dropout: options.dropout,
    labelSmoothing: options.labelSmoothing,
    lesson(rows, encode, context): Lesson {
      const taught = rows.map((row) => drawnCaptions(row, context));
      const batch = captionBatch(taught, options.teachLength);
      const share = options.scheduledSampling * context.progress;
      const given = share > 0 ? withOwnWords(batch, encode(), share, context) : batch;
      return { batch: given, normaliser: given.weights.reduce((sum, weight) => sum + weight, 0) };
    },
  };

  function drawnCaptions(row: number, { key }: StepContext): readonly WeightedCaption[] {
    const own = captions[row] ?? [];
    const count = options.captionsTaught ?? own.length;
    if (count >= own.length) return own;
    const order = shuffledIndices(drawKey(key, "captions", row), own.length);
    return order.slice(0, count).flatMap((index) => own[index] ?? []);
  }

  function withOwnWords(
    batch: CaptionBatch,
    image: ImageState,
    share: number,
    context: StepContext,
  ): CaptionBatch {
    const own = ownWords(batch, image, context);
    const columns = batch.images * batch.captionsPerImage;
    const draws = uniformDraws(drawKey(context.key, "scheduled"), batch.inputs.length);
    const inputs = batch.inputs.map((token, position) => {
      const before = own.get(position - columns);
      return before !== undefined && (draws[position] ?? 1) < share ? before : token;
    });
    return { ...batch, inputs };
  }

  /** What the decoder would say, by position in the batch. */
  function ownWords(
    batch: CaptionBatch,
    image: ImageState,
    context: StepContext,
  ): Map<number, number> {
    const { tf, operations } = network;
    const { logits } = network.teach(image, batch);
    const key = drawKey(context.key, "own words");
    const tokens = sampleTokens(tf, operations, logits, key, options.forbidden);
    const positions = positionsThatCount(batch.weights);
    return new Map(Array.from(positions, (position, index) => [position, tokens[index] ?? 0]));
  }
}
