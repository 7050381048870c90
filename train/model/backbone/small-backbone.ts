import { createHash } from "node:crypto";
import type * as tfTypes from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../node/tensorflow.ts";
import type { Backbone } from "./backbone.ts";

/**
 * Builds the small untrained backbone for synthetic images.
 *
 * Three convolutions of stride two turn `[N, size, size, 3]` into `[N, size / 8, size / 8, 64]`. Their
 * activation is ELU: with ReLU a third of the units die at the learning rates of synthetic images.
 */
export function smallBackbone(tf: TensorFlow, size: number, seed: number): Backbone {
  const input = tf.input({ shape: [size, size, 3], name: "image" });
  let x: tfTypes.SymbolicTensor = input;
  for (const [index, filters] of [16, 32, 64].entries()) {
    x = tf.layers
      .conv2d({
        name: `conv_${index + 1}`,
        filters,
        kernelSize: 3,
        strides: 2,
        padding: "same",
        activation: "elu",
        kernelInitializer: tf.initializers.heNormal({ seed: seed + index }),
      })
      .apply(x) as tfTypes.SymbolicTensor;
  }
  const model = tf.model({ inputs: input, outputs: x, name: "small" });
  const sha256 = createHash("sha256").update(`small:${size}:${seed}`).digest("hex");
  return { name: "small", model, featureLayers: ["conv_3"], pixelRange: [-1, 1], sha256 };
}
