import type * as tfTypes from "@tensorflow/tfjs";
import { type DrawKey, uniformDraws } from "../../core/random-draws.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";

/** What training needs of a backend beyond the operations that TensorFlow.js has a name for. */
export interface TrainingOperations {
  /** Uniform draws in [0, 1) of a shape: the same for the same key. */
  uniform(shape: number[], key: DrawKey): tfTypes.Tensor;
  /**
   * Cross-entropy of each label under softmax, differentiable in the logits, with label smoothing
   * (Szegedy et al., 2016): the label gets 1 - s, and every token s / V on top.
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

/** Composed of stock operations: for every backend, and what the native ones are tested against. */
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
