import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs";
import type { Layer } from "../layers/handler.ts";
import { isModel } from "../topology.ts";

/** Returns whether a tensor is the output of a softmax, also inside a nested model or a wrapper. */
export function isSoftmax({ sourceLayer, outputTensorIndex }: SymbolicTensor): boolean {
  return isSoftmaxLayer(sourceLayer, outputTensorIndex);
}

function isSoftmaxLayer(layer: Layer | LayersModel, output = 0): boolean {
  if (isModel(layer)) {
    const symbol = layer.outputs[output];
    return symbol !== undefined && isSoftmax(symbol);
  }
  switch (layer.getClassName()) {
    case "Softmax":
      return true;
    case "TimeDistributed":
      return isSoftmaxLayer(Reflect.get(layer, "layer") as Layer);
    case "Dense":
    case "Activation":
      return layer.getConfig().activation === "softmax";
    default:
      return false;
  }
}
