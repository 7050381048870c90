import type * as tfTypes from "@tensorflow/tfjs";
import type { TensorFlow } from "../../node/tensorflow.ts";

/**
 * Runs `tf.tidy` for a function that returns an object with tensors: these are kept, and all other
 * tensors that it made are disposed of.
 *
 * TensorFlow.js finds the tensors in any object, but its type demands an index signature, which
 * interfaces lack.
 */
export function tidied<T extends object>(tf: TensorFlow, compute: () => T): T {
  return tf.tidy(compute as () => T & tfTypes.TensorContainerObject);
}
