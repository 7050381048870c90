import type { serialization } from "@tensorflow/tfjs";
import type { TensorFlow } from "../tensorflow.ts";
import { layerClass, type Shape, shapeOfOne } from "./layer-class.ts";

/** Output shapes by class, with the batch. */
const SHAPES: Record<string, (shape: Shape, layer: serialization.ConfigDict) => Shape> = {
  CenterCrop: resized,
  Resizing: resized,
  CategoryEncoding: (shape, { numTokens, outputMode }) =>
    outputMode === "int" ? shape : [...shape.slice(0, -1), Number(numTokens)],
};

/**
 * Corrects the output shapes of tfjs's preprocessing layers, which in 4.22 overwrite their input's
 * shape (so that the model seems to take images of the cropped size) or lose the batch (so that no
 * layer can follow).
 */
export function mendShapes(tf: TensorFlow): void {
  for (const [name, shapeOf] of Object.entries(SHAPES)) {
    const registered = layerClass(tf, name);
    if (registered === undefined) continue;
    Object.defineProperty(registered.prototype, "computeOutputShape", {
      configurable: true,
      value(this: { getConfig(): serialization.ConfigDict }, given: Shape | Shape[]) {
        return shapeOf(shapeOfOne(given), this.getConfig());
      },
    });
  }
}

function resized(shape: Shape, { height, width }: serialization.ConfigDict): Shape {
  const [channels = null] = shape.slice(-1);
  return [...shape.slice(0, -3), Number(height), Number(width), channels];
}
