import type * as tfTypes from "@tensorflow/tfjs";
import { type DrawKey, uniformDraws } from "../../core/random-draws.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";

/** The operations of training that TensorFlow.js lacks, or that the native library has faster. */
export interface TrainingOperations {
  /** Draws uniform numbers in [0, 1), the same for the same key. */
  uniform(shape: number[], key: DrawKey): tfTypes.Tensor;
  /**
   * Computes the cross-entropy of each label under softmax, differentiable in the logits, with label
   * smoothing (Szegedy et al., 2016): the target of the label is 1 - s, plus s / V for every token.
   *
   * @param logits - `[M, V]`
   * @param labels - `int32 [M]`
   * @param smoothing - s, 0 to less than 1.
   * @returns `[M]`
   */
  crossEntropy(
    logits: tfTypes.Tensor2D,
    labels: tfTypes.Tensor1D,
    smoothing: number,
  ): tfTypes.Tensor1D;
}

/** Composes the operations from stock ones, for every backend; tests compare the native ones with them. */
export function portableOperations(tf: TensorFlow): TrainingOperations {
  return {
    uniform(shape, key) {
      const count = shape.reduce((product, size) => product * size, 1);
      return tf.tensor(uniformDraws(key, count), shape);
    },
    crossEntropy(logits, labels, smoothing) {
      return tf.tidy(() => {
        const target = tf.oneHot(labels, logits.shape[1]).mul(1 - smoothing);
        const smoothed = target.add(smoothing / logits.shape[1]);
        return tf.neg(tf.sum(tf.mul(smoothed, tf.logSoftmax(logits)), 1)) as tfTypes.Tensor1D;
      });
    },
  };
}
