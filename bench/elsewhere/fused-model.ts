import type { LayersModel, layers, SymbolicTensor, Tensor, Tensor4D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../node/tensorflow.ts";

type Layer = layers.Layer;

/**
 * A MobileNetV2 of layers as the operations that a graph model would have: convolution, bias and
 * ReLU6 in one. Layers cannot say that, and it is the fairest thing to be measured against.
 *
 * @throws Error for a layer that MobileNetV2 does not have.
 */
export function fusedModel(
  tf: TensorFlow,
  model: LayersModel,
): { predict(picture: Tensor | Tensor[]): Tensor } {
  const readers = new Map<string, Layer[]>();
  for (const layer of model.layers) {
    for (const name of inputNames(layer)) readers.set(name, [...(readers.get(name) ?? []), layer]);
  }
  return {
    predict: (picture) =>
      tf.tidy(() => {
        const values = new Map<string, Tensor>();
        let last = Array.isArray(picture) ? (picture[0] as Tensor) : picture;
        for (const layer of model.layers) {
          const inputs = inputNames(layer).map((name) => values.get(name) ?? last);
          last = values.get(layer.name) ?? compute(tf, layer, inputs, last);
          values.set(layer.name, last);
          const [reader, ...others] = readers.get(layer.name) ?? [];
          const clamped = isConvolution(layer) && isRelu6(reader) && others.length === 0;
          if (clamped && reader) values.set(reader.name, last);
        }
        return last;
      }),
  };

  function compute(tf: TensorFlow, layer: Layer, inputs: Tensor[], picture: Tensor): Tensor {
    const [x = picture] = inputs;
    if (isConvolution(layer)) return convolve(tf, layer, x as Tensor4D, readers.get(layer.name));
    switch (layer.getClassName()) {
      case "InputLayer":
        return picture;
      case "Add":
        return tf.addN(inputs);
      default:
        // Padding and what else there may be: as the layer does it.
        return layer.apply(x) as Tensor;
    }
  }
}

function convolve(tf: TensorFlow, layer: Layer, x: Tensor4D, readers: Layer[] = []): Tensor {
  const config = layer.getConfig() as { strides: [number, number]; padding: "same" | "valid" };
  const [filter, bias] = layer.getWeights();
  if (filter === undefined) throw new Error(`${layer.name} has no kernel`);
  const [reader, ...others] = readers;
  const options = {
    x,
    filter: filter as Tensor4D,
    strides: config.strides,
    pad: config.padding,
    ...(bias === undefined ? {} : { bias }),
    ...(isRelu6(reader) && others.length === 0 ? { activation: "relu6" as const } : {}),
  };
  return layer.getClassName() === "DepthwiseConv2D"
    ? tf.fused.depthwiseConv2d(options)
    : tf.fused.conv2d(options);
}

function isConvolution(layer: Layer): boolean {
  return ["Conv2D", "DepthwiseConv2D"].includes(layer.getClassName());
}

function isRelu6(layer: Layer | undefined): boolean {
  return layer?.getClassName() === "ReLU" && layer.getConfig().maxValue === 6;
}

function inputNames(layer: Layer): string[] {
  const input = layer.getClassName() === "InputLayer" ? [] : layer.input;
  const tensors = Array.isArray(input) ? input : [input as SymbolicTensor];
  return tensors.map(({ sourceLayer }) => sourceLayer.name);
}
