import type { layers, Tensor } from "@tensorflow/tfjs";
import { toChannelsFirst, toChannelsLast } from "../layers/layout.ts";
import type { TensorFlow } from "../tensorflow.ts";
import { type LayerClass, layerClass, type Shape, shapeOfOne } from "./layer-class.ts";

/** Classes for convolutions of Keras that tfjs refuses, or computes without the option. */
export const KERAS_CONVOLUTIONS = {
  causal: "CausalConv1D",
  dilated: "DilatedDepthwiseConv2D",
} as const;

/** Registers both classes with tfjs. */
export function registerKerasConvolutions(tf: TensorFlow): void {
  const [rows, depthwise] = [layerClass(tf, "Conv1D"), layerClass(tf, "DepthwiseConv2D")];
  const registered = layerClass(tf, KERAS_CONVOLUTIONS.causal);
  if (registered || rows === undefined || depthwise === undefined) return;
  registerCausal(tf, rows);
  registerDilated(tf, depthwise);
}

/** Returns how many steps a dilated window spans along each axis. */
function reachOf(layer: layers.Layer): number[] {
  const { kernelSize, dilationRate } = layer.getConfig();
  const rates = [dilationRate].flat().map(Number);
  return [kernelSize]
    .flat()
    .map((size, axis) => (Number(size) - 1) * (rates[axis] ?? rates[0] ?? 1) + 1);
}

/**
 * Registers a Conv1D that pads zeros before the first step, so that no output sees a later step. The
 * padding of the convolution itself is `valid`.
 */
function registerCausal(tf: TensorFlow, Conv1D: LayerClass): void {
  class Causal extends Conv1D {
    static className = KERAS_CONVOLUTIONS.causal;

    override call(inputs: Tensor | Tensor[], kwargs: never): Tensor | Tensor[] {
      const [x] = [inputs].flat() as [Tensor];
      const zeros = [
        [0, 0],
        [this.#before(), 0],
        [0, 0],
      ] as [number, number][];
      return tf.tidy(() => super.call(tf.pad(x, zeros), kwargs));
    }

    override computeOutputShape(given: Shape | Shape[]): Shape | Shape[] {
      const [batch = null, steps = null, channels = null] = shapeOfOne(given);
      const padded = steps === null ? null : steps + this.#before();
      return super.computeOutputShape([batch, padded, channels]);
    }

    #before(): number {
      return (reachOf(this)[0] ?? 1) - 1;
    }
  }
  tf.serialization.registerClass(Causal as never);
}

function registerDilated(tf: TensorFlow, DepthwiseConv2D: LayerClass): void {
  class Dilated extends DepthwiseConv2D {
    static className = KERAS_CONVOLUTIONS.dilated;

    override call(inputs: Tensor | Tensor[]): Tensor {
      const [x] = [inputs].flat() as [Tensor];
      return tf.tidy(() => {
        const isFirst = this.getConfig().dataFormat === "channelsFirst";
        const y = this.#convolve(isFirst ? tf.transpose(x, toChannelsLast(4)) : x);
        const activation = Reflect.get(this, "activation") as { apply(x: Tensor): Tensor } | null;
        const turned = isFirst ? tf.transpose(y, toChannelsFirst(4)) : y;
        return activation?.apply(turned) ?? turned;
      });
    }

    #convolve(x: Tensor): Tensor {
      const weight = (name: string) =>
        (Reflect.get(this, name) as { read(): Tensor } | null | undefined)?.read();
      const { strides, padding, dilationRate } = this.getConfig() as unknown as {
        strides: [number, number];
        padding: "same" | "valid";
        dilationRate: [number, number];
      };
      const kernel = weight("depthwiseKernel") as never;
      const y = tf.depthwiseConv2d(x as never, kernel, strides, padding, "NHWC", dilationRate);
      const bias = weight("bias");
      return bias === undefined ? y : tf.add(y, bias);
    }

    override computeOutputShape(shape: Shape | Shape[]): Shape | Shape[] {
      const kernelSize: unknown = Reflect.get(this, "kernelSize");
      Object.assign(this, { kernelSize: reachOf(this) });
      try {
        return super.computeOutputShape(shape);
      } finally {
        Object.assign(this, { kernelSize });
      }
    }
  }
  tf.serialization.registerClass(Dilated as never);
}
