import type * as tfTypes from "@tensorflow/tfjs";
import type { TensorFlow } from "../../node/tensorflow.ts";

type Symbolic = tfTypes.SymbolicTensor;

/** Expansion, channels, repetitions, stride of the first: table 2 of Sandler et al. (2018). */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** Builds MobileNetV2 1.0 at 224 from stock layers, with batch normalisation after each convolution. */
export function stockMobileNet(tf: TensorFlow): tfTypes.LayersModel {
  const { layers } = tf;
  const input = tf.input({ shape: [224, 224, 3] });
  const normalised = (x: Symbolic, layer: tfTypes.layers.Layer) =>
    layers.batchNormalization().apply(layer.apply(x)) as Symbolic;
  const clamped = (x: Symbolic) => layers.reLU({ maxValue: 6 }).apply(x) as Symbolic;
  const convolution = (filters: number, kernelSize: number, strides: number) =>
    layers.conv2d({ filters, kernelSize, strides, padding: "same", useBias: false });
  const depthwise = (strides: number) =>
    layers.depthwiseConv2d({ kernelSize: 3, strides, padding: "same", useBias: false });

  let x = clamped(normalised(input, convolution(32, 3, 2)));
  for (const [expansion, channels, count, firstStride] of STAGES) {
    for (let block = 0; block < count; block++) {
      const stride = block === 0 ? firstStride : 1;
      const inner = expansion * Number(x.shape.at(-1));
      const wide = expansion === 1 ? x : clamped(normalised(x, convolution(inner, 1, 1)));
      const seen = clamped(normalised(wide, depthwise(stride)));
      const narrow = normalised(seen, convolution(channels, 1, 1));
      x = block === 0 ? narrow : (layers.add().apply([x, narrow]) as Symbolic);
    }
  }
  return tf.model({ inputs: input, outputs: clamped(normalised(x, convolution(1280, 1, 1))) });
}
