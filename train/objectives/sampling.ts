import type * as tfTypes from "@tensorflow/tfjs";
import { type DrawKey, drawKey } from "../../core/random-draws.ts";
import { specialTokens } from "../../core/vocabulary.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import type { TrainingOperations } from "../backend/operations.ts";
import type { ImageState, UnrolledNetwork } from "../model/unrolled.ts";

/**
 * Draws a token from each row of logits, by the largest of the logits with Gumbel noise.
 *
 * @param logits - `[N, V]`
 * @param forbidden - tokens that are never drawn.
 */
export function sampleTokens(
  tf: TensorFlow,
  operations: TrainingOperations,
  logits: tfTypes.Tensor2D,
  key: DrawKey,
  forbidden: readonly number[],
): Int32Array {
  return tf.tidy(() => {
    const draws = operations.uniform(logits.shape, key).clipByValue(1e-20, 1);
    // -log(-log u); the inner logarithm is 0 at u = 1, where the clip keeps the outer one finite.
    const noise = tf.neg(tf.log(tf.neg(tf.log(draws)).clipByValue(1e-20, 1e20)));
    const penalty = tf
      .oneHot([...forbidden], logits.shape[1])
      .sum(0)
      .mul(-1e9);
    const noisy = tf.addN([logits, noise, tf.tile(penalty.expandDims(0), [logits.shape[0], 1])]);
    return tf.argMax(noisy, 1).dataSync() as Int32Array;
  });
}

/** A caption as it was drawn; without the end, if the maximum length came first. */
export interface SampledCaption {
  readonly tokens: readonly number[];
  readonly ended: boolean;
}

export interface SamplingOptions {
  /** Captions drawn for each image. */
  readonly samples: number;
  /** In words, the end not counted. */
  readonly maximumLength: number;
  /** What the draws are a function of. */
  readonly key: DrawKey;
  /** For each image the token that its captions begin with. */
  readonly starts: readonly number[];
  /** Tokens that are never drawn. */
  readonly forbidden: readonly number[];
}

/**
 * Draws captions of every image, each word from the decoder's distribution.
 *
 * @returns the captions of the first image, then those of the second, and so on.
 */
export function sampleCaptions(
  network: UnrolledNetwork,
  image: ImageState,
  { samples, maximumLength, key, starts, forbidden }: SamplingOptions,
): SampledCaption[] {
  const { tf, operations } = network;
  const count = (image.hidden.shape[0] ?? 0) * samples;
  const captions = Array.from({ length: count }, () => ({ tokens: [] as number[], ended: false }));
  let state = network.startCaptions(image, samples);
  let last = Int32Array.from({ length: count }, (_, row) => starts[Math.floor(row / samples)] ?? 0);
  for (let step = 0; step < maximumLength && captions.some(({ ended }) => !ended); step++) {
    const result = network.step(image, state, tf.tensor1d(last, "int32"));
    state = result.state;
    last = Int32Array.from(
      sampleTokens(tf, operations, result.logits, drawKey(key, step), forbidden),
    );
    for (const [row, caption] of captions.entries()) {
      const token = last[row] ?? specialTokens.end;
      if (caption.ended) continue;
      if (token === specialTokens.end) caption.ended = true;
      else caption.tokens.push(token);
    }
  }
  return captions;
}
