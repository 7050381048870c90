import type * as tfTypes from "@tensorflow/tfjs";
import { type DrawKey, drawKey } from "../../core/random-draws.ts";
import { specialTokens, unspeakableTokens } from "../../core/vocabulary.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import type { TrainingOperations } from "../backend/operations.ts";
import type { ImageState, UnrolledNetwork } from "../model/unrolled.ts";

/**
 * Draws a token from each row of logits, by the largest of the logits with Gumbel noise.
 *
 * @param logits - `[N, V]`
 */
export function sampleTokens(
  tf: TensorFlow,
  operations: TrainingOperations,
  logits: tfTypes.Tensor2D,
  key: DrawKey,
): Int32Array {
  return tf.tidy(() => {
    const draws = operations.uniform(logits.shape, key).clipByValue(1e-20, 1);
    // -log(-log u); the inner logarithm is 0 at u = 1, where the clip keeps the outer one finite.
    const noise = tf.neg(tf.log(tf.neg(tf.log(draws)).clipByValue(1e-20, 1e20)));
    const forbidden = tf
      .oneHot([...unspeakableTokens], logits.shape[1])
      .sum(0)
      .mul(-1e9);
    const noisy = tf.addN([logits, noise, tf.tile(forbidden.expandDims(0), [logits.shape[0], 1])]);
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
}

/**
 * Draws captions of every image, each word from the decoder's distribution.
 *
 * @returns the captions of the first image, then those of the second, and so on.
 */
export function sampleCaptions(
  network: UnrolledNetwork,
  image: ImageState,
  { samples, maximumLength, key }: SamplingOptions,
): SampledCaption[] {
  const { tf, operations } = network;
  const count = (image.hidden.shape[0] ?? 0) * samples;
  const captions = Array.from({ length: count }, () => ({ tokens: [] as number[], ended: false }));
  let state = network.startCaptions(image, samples);
  let last = new Int32Array(count).fill(specialTokens.start);
  for (let step = 0; step < maximumLength && captions.some(({ ended }) => !ended); step++) {
    const result = network.step(image, state, tf.tensor1d(last, "int32"));
    state = result.state;
    last = Int32Array.from(sampleTokens(tf, operations, result.logits, drawKey(key, step)));
    for (const [row, caption] of captions.entries()) {
      const token = last[row] ?? specialTokens.end;
      if (caption.ended) continue;
      if (token === specialTokens.end) caption.ended = true;
      else caption.tokens.push(token);
    }
  }
  return captions;
}
