import type { layers, serialization } from "@tensorflow/tfjs";
import type { TensorFlow } from "../tensorflow.ts";

/** A class of tfjs's layers, as one that extends it sees it. */
export type LayerClass = new (args: serialization.ConfigDict) => layers.Layer;

export type Shape = (number | null)[];

/** The class that tfjs has registered under a name, if there is one. */
export function layerClass(tf: TensorFlow, name: string): LayerClass | undefined {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  return classNameMap[name]?.[0] as LayerClass | undefined;
}

/** The shape of a layer's one input, which tfjs gives alone or in a list. */
export function shapeOfOne(given: Shape | Shape[]): Shape {
  return (Array.isArray(given[0]) ? given[0] : given) as Shape;
}
