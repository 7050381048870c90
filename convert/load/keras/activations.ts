import type { serialization, Tensor } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../tensorflow.ts";

type Formula = (tf: TensorFlow, x: Tensor) => Tensor;

/**
 * Computes Keras 3's hard sigmoid, `relu6(x + 3) / 6`. In Keras 2 and tfjs the name means
 * `clip(0.2 x + 0.5, 0, 1)`.
 */
const hardSigmoid6: Formula = (tf, x) => tf.div(tf.clipByValue(tf.add(x, 3), 0, 6), 6);

/** Activations of Keras that tfjs lacks. */
const formulas: Record<string, Formula> = {
  hardSigmoid6,
  hardSwish: (tf, x) => tf.mul(x, hardSigmoid6(tf, x)),
  exponential: (tf, x) => tf.exp(x),
  leakyRelu: (tf, x) => tf.leakyRelu(x, 0.2),
};

/** Maps Keras' names of activations, of all versions, to those of tfjs or those registered here. */
const KERAS_NAMES: Record<string, string> = {
  silu: "swish",
  log_softmax: "logSoftmax",
  leaky_relu: "leakyRelu",
  hard_silu: "hardSwish",
  hard_swish: "hardSwish",
};

/**
 * Returns the name under which tfjs knows an activation of Keras, registered here or by itself.
 *
 * @param version - of Keras.
 */
export function activationName(name: string, version: string): string {
  if (name === "hard_sigmoid" && /^3/.test(version)) return "hardSigmoid6";
  return KERAS_NAMES[name] ?? name;
}

/** Registers with tfjs the activations that it lacks. */
export function registerActivations(tf: TensorFlow): void {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  if ("hardSigmoid6" in classNameMap) return;
  const relu = classNameMap.relu?.[0] as unknown as { prototype: object };
  const Activation = Object.getPrototypeOf(relu) as new () => serialization.Serializable;
  for (const [name, formula] of Object.entries(formulas)) {
    const registered = class extends Activation {
      static className = name;

      apply(x: Tensor): Tensor {
        return tf.tidy(() => formula(tf, x));
      }

      override getConfig(): serialization.ConfigDict {
        return {};
      }
    };
    tf.serialization.registerClass(registered as never);
  }
}
