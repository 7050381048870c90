import type { Tensor } from "@tensorflow/tfjs";
import type { TensorFlow } from "../tensorflow.ts";
import { type LayerClass, layerClass, type Shape, shapeOfOne } from "./layer-class.ts";

/**
 * Global pooling layers for which Keras has `keepdims` (pooled axes stay, with size 1), which tfjs
 * ignores.
 */
export const KEPT_POOLING_CLASSES = [
  "GlobalAveragePooling1D",
  "GlobalAveragePooling2D",
  "GlobalMaxPooling1D",
  "GlobalMaxPooling2D",
] as const;

/** Returns the name of the registered class that keeps the axes. */
export function keptName(className: string): string {
  return `Kept${className}`;
}

/** Registers the classes with tfjs. */
export function registerKeptPooling(tf: TensorFlow): void {
  for (const name of KEPT_POOLING_CLASSES) {
    const base = layerClass(tf, name);
    if (base !== undefined && !layerClass(tf, keptName(name))) register(tf, name, base);
  }
}

function register(tf: TensorFlow, name: string, Base: LayerClass): void {
  class Kept extends Base {
    static className = keptName(name);

    override call(inputs: Tensor | Tensor[], kwargs: never): Tensor {
      return tf.tidy(() => {
        const pooled = super.call(inputs, kwargs) as Tensor;
        return tf.reshape(pooled, this.#kept(([inputs].flat() as Tensor[])[0]?.shape ?? []));
      });
    }

    override computeOutputShape(shape: Shape | Shape[]): Shape {
      return this.#kept(shapeOfOne(shape));
    }

    #kept<Size extends number | null>(shape: readonly Size[]): Size[] {
      const first = this.getConfig().dataFormat === "channelsFirst" ? 2 : 1;
      const last = first + shape.length - 2;
      return shape.map((size, axis) => (axis >= first && axis < last ? (1 as Size) : size));
    }
  }
  tf.serialization.registerClass(Kept as never);
}
