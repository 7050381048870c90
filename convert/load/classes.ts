import type { TensorFlow } from "../tensorflow.ts";
import { isRecord } from "./json.ts";

export interface NamedLayer {
  readonly layer: string;
  readonly className: string;
}

/** Layers of a topology whose class is not registered with tfjs, in their order. */
export function unknownClasses(tf: TensorFlow, topology: unknown): NamedLayer[] {
  const known = registeredClasses(tf);
  return layersOf(topology).filter(({ className }) => !known.has(className));
}

/** Names of everything registered for deserialization: layers, and the models themselves. */
function registeredClasses(tf: TensorFlow): ReadonlySet<string> {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  return new Set(Object.keys(classNameMap));
}

/** Every layer in a topology, inner ones of models and wrappers included. */
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
