/**
 * Normalizes topologies written by Keras, so that TensorFlow.js can build them.
 *
 * Keras 3 has its own forms for shapes, data types, activations and the edges between layers.
 * Topologies of Keras 2 and tfjs pass unchanged, except that initializers, regularizers and
 * constraints, which matter only in training, are left out.
 *
 * @module
 */
import { isRecord, type Json, recordAt } from "../json.ts";
import { withoutArithmetic } from "./arithmetic.ts";
import { normalizeConfig } from "./configs.ts";
import { inboundNodes, modelEnds, nodeCounter, reachable } from "./edges.ts";
import { ignoredOptions } from "./ignored.ts";

/** An option that TensorFlow.js would silently ignore. */
interface IgnoredOption {
  readonly layer: string;
  readonly className: string;
  readonly option: string;
}

export interface NormalizedTopology {
  readonly topology: Json;
  readonly ignored: readonly IgnoredOption[];
  /** Layers that resize images differently from Keras. */
  readonly resizing: readonly string[];
}

interface NormalizeOptions {
  /** Whether to resize images as Keras does, at half pixels. */
  readonly kerasResizing: boolean;
  /** Returns whether a layer class is registered with tfjs. */
  readonly isRegistered: (className: string) => boolean;
}

/**
 * Normalizes a topology without changing it.
 *
 * @param topology - the `modelTopology` of a `model.json`.
 */
export function normalizeTopology(
  topology: Json,
  options: NormalizeOptions = { kerasResizing: false, isRegistered: () => false },
): NormalizedTopology {
  const model = isRecord(topology.model_config) ? topology.model_config : topology;
  const version = String(topology.keras_version ?? model.keras_version ?? "");
  const ignored: IgnoredOption[] = [];
  // What tfjs computes is right for its own files; in Keras files an ignored option is an error.
  const isOfKeras = !version.startsWith("tfjs");
  const note = isOfKeras ? (option: IgnoredOption) => ignored.push(option) : () => {};
  const resizing: string[] = [];
  const setting = {
    version,
    note,
    kerasResizing: options.kerasResizing && isOfKeras,
    isRegistered: options.isRegistered,
    noteResizing: (layer: string) => (isOfKeras ? resizing.push(layer) : 0),
  };
  return { topology: { model_config: normalizeLayer(model, setting) }, ignored, resizing };
}

/** The settings that are passed down to nested layers. */
interface Setting extends NormalizeOptions {
  /** Version of Keras. */
  readonly version: string;
  readonly note: (option: IgnoredOption) => void;
  readonly noteResizing: (layer: string) => void;
}

function normalizeLayer(entry: Json, setting: Setting): Json {
  const className = String(entry.class_name);
  const given = entry.config;
  // In old files the config of a Sequential is the list of its layers.
  const config: Json = Array.isArray(given) ? { layers: given } : recordAt(entry, "config");
  const layer = String(entry.name ?? config.name ?? className);
  for (const option of ignoredOptions(className, config, setting.kerasResizing)) {
    setting.note({ layer, className, option });
  }
  if (resizesOtherwise(className, config) && !setting.kerasResizing) setting.noteResizing(layer);
  const changed = normalizeConfig(className, config, setting);
  return {
    ...entry,
    class_name: changed.className,
    config: normalizeInner(changed.config, setting),
  };
}

/** Returns whether tfjs samples the image at other points than Keras. */
function resizesOtherwise(className: string, { interpolation }: Json): boolean {
  return className === "Resizing" || (className === "UpSampling2D" && interpolation === "bilinear");
}

/** Normalizes the layers inside a layer: of a model, a wrapper or an RNN. */
function normalizeInner(config: Json, setting: Setting): Json {
  const inner = (value: unknown) => (isRecord(value) ? normalizeLayer(value, setting) : value);
  const changed = { ...config };
  for (const key of ["layer", "cell"]) {
    if (isRecord(config[key])) changed[key] = inner(config[key]);
  }
  if (Array.isArray(config.cells)) changed.cells = config.cells.map(inner);
  if (!Array.isArray(config.layers)) return changed;
  const layers = config.layers.filter(isRecord).map(withoutArithmetic);
  if (config.output_layers === undefined) return { ...changed, layers: layers.map(inner) };
  const count = nodeCounter(layers);
  const edges = layers.map((layer) => ({
    ...layer,
    inbound_nodes: inboundNodes(layer).map((references) => references.map(count)),
  }));
  const ends = {
    input_layers: modelEnds(config.input_layers).map(count),
    output_layers: modelEnds(config.output_layers).map(count),
  };
  // Drops layers that no output depends on, such as the comparison that makes a mask in Keras 3.
  return { ...changed, ...ends, layers: reachable(edges, ends.output_layers).map(inner) };
}
