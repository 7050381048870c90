import type * as tfTypes from "@tensorflow/tfjs";
import { type DrawKey, drawKey } from "../../core/random-draws.ts";
import { specialTokens } from "../../core/vocabulary.ts";
import type { ImageState, UnrolledNetwork } from "../model/unrolled.ts";

/**
 * Draws a token from each row of logits by the Gumbel-max trick (Maddison et al., 2014): the token
 * whose logit is the largest after noise is added.
 *
 * @param logits - `[N, V]`
 * @returns N tokens.
 */
export function sampleTokens(
  { tf, operations }: Pick<UnrolledNetwork, "tf" | "operations">,
  logits: tfTypes.Tensor2D,
  { key, forbidden }: Pick<SamplingOptions, "key" | "forbidden">,
): Int32Array {
  return tf.tidy(() => {
    const draws = operations.uniform(logits.shape, key).clipByValue(1e-20, 1);
    // Gumbel noise is -log(-log u). The clips keep it finite at u = 0 and, if a draw is rounded up, u = 1.
    const noise = tf.neg(tf.log(tf.neg(tf.log(draws)).clipByValue(1e-20, 1e20)));
    const penalty = tf
      .oneHot([...forbidden], logits.shape[1])
      .sum(0)
      .mul(-1e9);
    const noisy = tf.addN([logits, noise, tf.tile(penalty.expandDims(0), [logits.shape[0], 1])]);
    return tf.argMax(noisy, 1).dataSync() as Int32Array;
  });
}

/** A drawn caption. */
export interface SampledCaption {
  readonly tokens: readonly number[];
  /** False where the maximum length cut it off. */
  readonly ended: boolean;
}

/** Settings of drawing captions. */
interface SamplingOptions {
  /** Captions drawn for each image. */
  readonly samples: number;
  /** In words, without the end. */
  readonly maximumLength: number;
  /** The key of the random draws. */
  readonly key: DrawKey;
  /** For each image the token that its captions start with. */
  readonly starts: readonly number[];
  /** Tokens that are never drawn. */
  readonly forbidden: readonly number[];
}

/**
 * Draws captions of images, each word from the decoder's distribution.
 *
 * @returns the captions of the first image, then those of the second, and so on.
 */
export function sampleCaptions(
  network: UnrolledNetwork,
  image: ImageState,
  { samples, maximumLength, key, starts, forbidden }: SamplingOptions,
): SampledCaption[] {
  const { tf } = network;
  const count = (image.hidden.shape[0] ?? 0) * samples;
  const captions = Array.from({ length: count }, () => ({ tokens: [] as number[], ended: false }));
  let state = network.startCaptions(image, samples);
  let last = Int32Array.from({ length: count }, (_, row) => starts[Math.floor(row / samples)] ?? 0);
  for (let step = 0; step < maximumLength && captions.some(({ ended }) => !ended); step++) {
    const result = network.step(image, state, tf.tensor1d(last, "int32"));
    state = result.state;
    last = Int32Array.from(
      sampleTokens(network, result.logits, { key: drawKey(key, step), forbidden }),
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
