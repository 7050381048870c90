import type * as tfTypes from "@tensorflow/tfjs";
import type { TensorFlow } from "../../node/tensorflow.ts";

/**
 * `tf.tidy` for an object that holds tensors: what `compute` gives is kept, and whatever else it made
 * is disposed of.
 *
 * tfjs finds the tensors in any object, but its type asks for an index signature, which interfaces do
 * not have. So the assertion stands here, once.
 */
export function tidied<T extends object>(tf: TensorFlow, compute: () => T): T {
  return tf.tidy(compute as () => T & tfTypes.TensorContainerObject);
}
