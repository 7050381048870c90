import type { TensorFlow } from "../tensorflow.ts";
import { isRecord } from "./json.ts";

interface NamedLayer {
  readonly layer: string;
  readonly className: string;
}

/** Returns the layers of a topology whose class is not registered with tfjs, in their order. */
export function unknownClasses(tf: TensorFlow, topology: unknown): NamedLayer[] {
  return layersOf(topology).filter(({ className }) => !isLayerClass(tf, className));
}

/**
 * Returns whether a class is registered as a layer or model; initializers and others are registered
 * too.
 */
export function isLayerClass(tf: TensorFlow, className: string): boolean {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  const registered = classNameMap[className]?.[0];
  return registered?.prototype instanceof tf.layers.Layer;
}

/** Returns every layer in a topology, including those inside models and wrappers. */
function layersOf(topology: unknown): NamedLayer[] {
  if (!isRecord(topology)) return [];
  const config = topology.model_config ?? topology;
  return isRecord(config) ? layersInside(config) : [];
}

function layersInside(entry: Record<string, unknown>): NamedLayer[] {
  const className = entry.class_name;
  const config = entry.config;
  const own =
    typeof className === "string" ? [{ className, layer: nameOf(entry, config) ?? className }] : [];
  const lists = isRecord(config) ? [config.layers, config.cells] : [config];
  const inner = [
    ...lists.filter(Array.isArray).flat(),
    ...(isRecord(config) ? [config.layer, config.cell] : []),
  ];
  return [...own, ...inner.filter(isRecord).flatMap(layersInside)];
}

function nameOf(entry: Record<string, unknown>, config: unknown): string | undefined {
  const name = entry.name ?? (isRecord(config) ? config.name : undefined);
  return typeof name === "string" ? name : undefined;
}
