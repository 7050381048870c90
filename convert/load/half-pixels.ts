import type { Tensor, Tensor4D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../tensorflow.ts";
import { type LayerClass, layerClass } from "./layer-class.ts";

/**
 * Layers that resize images as Keras does since TensorFlow 2: an output pixel is sampled at its
 * centre, `(i + 1/2) / scale - 1/2`, where tfjs samples at its corner or aligns the corners.
 */
export const HALF_PIXEL_CLASSES: Readonly<Record<string, string>> = {
  UpSampling2D: "HalfPixelUpSampling2D",
  Resizing: "HalfPixelResizing",
};

/** Registers the classes with tfjs. */
export function registerHalfPixels(tf: TensorFlow): void {
  for (const [name, own] of Object.entries(HALF_PIXEL_CLASSES)) {
    const base = layerClass(tf, name);
    if (base !== undefined && !layerClass(tf, own)) register(tf, own, base);
  }
}

function register(tf: TensorFlow, name: string, Base: LayerClass): void {
  class HalfPixels extends Base {
    static className = name;

    override call(inputs: Tensor | Tensor[]): Tensor {
      const [x] = [inputs].flat() as [Tensor4D];
      const { interpolation, dataFormat } = this.getConfig();
      const size = this.computeOutputShape(x.shape) as number[];
      return tf.tidy(() => {
        const isFirst = dataFormat === "channelsFirst";
        const image = isFirst ? tf.transpose(x, [0, 2, 3, 1]) : x;
        const sides = (isFirst ? size.slice(2) : size.slice(1, 3)) as [number, number];
        const resized =
          interpolation === "nearest"
            ? tf.image.resizeNearestNeighbor(image, sides, false, true)
            : tf.image.resizeBilinear(image, sides, false, true);
        return isFirst ? tf.transpose(resized, [0, 3, 1, 2]) : resized;
      });
    }
  }
  tf.serialization.registerClass(HalfPixels as never);
}
