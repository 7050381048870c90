import type { layers, serialization } from "@tensorflow/tfjs";
import type { TensorFlow } from "../tensorflow.ts";

/** A layer class of tfjs, for subclasses. */
export type LayerClass = new (args: serialization.ConfigDict) => layers.Layer;

export type Shape = (number | null)[];

/** Returns the class registered with tfjs under a name, if any. */
export function layerClass(tf: TensorFlow, name: string): LayerClass | undefined {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  return classNameMap[name]?.[0] as LayerClass | undefined;
}

/** Returns the shape of a layer's only input, which tfjs passes alone or in a list. */
export function shapeOfOne(given: Shape | Shape[]): Shape {
  return (Array.isArray(given[0]) ? given[0] : given) as Shape;
}
