import type { serialization, Tensor } from "@tensorflow/tfjs";
import type { TensorFlow } from "../tensorflow.ts";
import { layerClass, type Shape, shapeOfOne } from "./layer-class.ts";

/** Classes for layers of Keras that tfjs lacks. */
export const KERAS_CLASSES: Readonly<Record<string, string>> = {
  Subtract: "KerasSubtract",
  Normalization: "KerasNormalization",
};

/** The smallest standard deviation that Keras' Normalization divides by. */
export const SMALLEST_DEVIATION = 1e-7;

/** Registers the classes with tfjs. */
export function registerKerasLayers(tf: TensorFlow): void {
  if (layerClass(tf, "KerasSubtract")) return;
  registerSubtract(tf);
  registerNormalization(tf);
}

function registerSubtract(tf: TensorFlow): void {
  const Add = layerClass(tf, "Add");
  if (Add === undefined) return;
  class Subtract extends Add {
    static className = "KerasSubtract";

    mergeFunction([left, right]: [Tensor, Tensor]): Tensor {
      return tf.tidy(() => tf.sub(left, right));
    }
  }
  tf.serialization.registerClass(Subtract as never);
}

/** Returns the axes that a Normalization keeps statistics for, from the first to the last. */
export function normalizedAxes(axis: unknown, rank: number): number[] {
  const given = axis === null || axis === undefined ? [] : [axis].flat().map(Number);
  return given.map((each) => (each < 0 ? each + rank : each)).toSorted((a, b) => a - b);
}

/**
 * Registers Keras' Normalization, `(x - mean) / max(sqrt(variance), 1e-7)` or its inverse. The mean and
 * variance are options or weights.
 */
function registerNormalization(tf: TensorFlow): void {
  class Normalization extends tf.layers.Layer {
    static className = "KerasNormalization";
    readonly #options: serialization.ConfigDict;
    #weights: { read(): Tensor }[] = [];

    constructor(options: serialization.ConfigDict) {
      super(options as never);
      this.#options = options;
    }

    override build(given: Shape | Shape[]): void {
      const shape = shapeOfOne(given);
      const sizes = normalizedAxes(this.#options.axis, shape.length).map(
        (axis) => shape[axis] ?? 1,
      );
      if (this.#options.mean == null) {
        const fill = (name: string, initializer: never) =>
          this.addWeight(name, sizes, "float32", initializer, undefined, false);
        this.#weights = [
          fill("mean", tf.initializers.zeros() as never),
          fill("variance", tf.initializers.ones() as never),
        ];
      }
      super.build(given);
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      return tf.tidy(() => {
        const [x] = [inputs].flat() as [Tensor];
        const [mean, variance] = this.#statistics(x.shape);
        const deviation = tf.maximum(tf.sqrt(variance), SMALLEST_DEVIATION);
        const value = tf.cast(x, "float32");
        return this.#options.invert === true
          ? tf.add(mean, tf.mul(value, deviation))
          : tf.div(tf.sub(value, mean), deviation);
      });
    }

    #statistics(shape: readonly number[]): [Tensor, Tensor] {
      const { axis, mean, variance } = this.#options;
      const axes = normalizedAxes(axis, shape.length);
      const along = shape.map((size, index) => (axes.includes(index) ? size : 1));
      const values = this.#weights.map((weight) => weight.read());
      const [first, second] =
        values.length > 0 ? values : [mean, variance].map((each) => tf.tensor(each as never));
      const laid = (tensor: Tensor | undefined) => {
        const value = tensor ?? tf.scalar(0);
        return value.size === 1 ? tf.reshape(value, []) : tf.reshape(value, along);
      };
      return [laid(first), laid(second)];
    }

    override computeOutputShape(shape: Shape | Shape[]): Shape {
      return shapeOfOne(shape);
    }

    override getConfig(): serialization.ConfigDict {
      const { axis = -1, mean = null, variance = null, invert = false } = this.#options;
      return { ...super.getConfig(), axis, mean, variance, invert };
    }
  }
  tf.serialization.registerClass(Normalization as never);
}
