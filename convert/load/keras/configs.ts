import { halfPixelClasses } from "../half-pixels.ts";
import { isRecord, type Json } from "../json.ts";
import { keptName, keptPoolingClasses } from "../kept-pooling.ts";
import { kerasConvolutions } from "../keras-convolutions.ts";
import { kerasClasses } from "../keras-layers.ts";
import { activationName } from "./activations.ts";
import { idleLayer, isIdle } from "./idle.ts";

/** Options that only matter in training; values that tfjs might not know must not fail to load. */
const ofTraining = /(_regularizer|_constraint)$/;
const initializer = /_initializer$/;

/** Every weight is set after the model is built, so that nothing need be drawn (or known). */
const zeros = { class_name: "Zeros", config: {} };

/** GRUs are of two kinds, of which tfjs has one; the other is a class of this project. */
const resetAfterClasses: Record<string, string> = {
  GRU: "ResetAfterGRU",
  GRUCell: "ResetAfterGRUCell",
};

/** What of the surroundings decides about a layer. */
export interface ConfigSetting {
  /** Of Keras. */
  readonly version: string;
  readonly kerasResizing: boolean;
  readonly isRegistered: (className: string) => boolean;
}

/** Returns a layer's class and options as tfjs knows them. */
export function normalizeConfig(
  className: string,
  config: Json,
  setting: ConfigSetting,
): { className: string; config: Json } {
  const { version } = setting;
  if (isIdle(className) && !setting.isRegistered(className)) return idleLayer(config);
  const entries = Object.entries(config).flatMap(([key, value]): [string, unknown][] => {
    if (ofTraining.test(key) || key === "backward_layer") return [];
    if (initializer.test(key)) return [[key, zeros]];
    if (key === "batch_shape") return [["batch_input_shape", value]];
    if (key === "dtype") return [[key, dataType(value)]];
    if (/activation$/.test(key)) return [[key, activation(value, version)]];
    return [[key, value]];
  });
  const all = [...entries, ...Object.entries(special(className, config))];
  const changed: Json = Object.fromEntries(all.filter(([, value]) => value !== undefined));
  const own = ownClass(className, config, setting);
  // Zeros before the first step are the class's; what is left pads nothing.
  if (own === kerasConvolutions.causal) changed.padding = "valid";
  return { className: own ?? className, config: changed };
}

/** The class of this project that stands in for what tfjs cannot do. */
function ownClass(
  className: string,
  config: Json,
  { version, kerasResizing, isRegistered }: ConfigSetting,
): string | undefined {
  if (className === "Conv1D" && config.padding === "causal") return kerasConvolutions.causal;
  // What tfjs itself has written means what tfjs computes, which is without.
  const isDilated = [config.dilation_rate ?? 1].flat().some((rate) => rate !== 1);
  if (className === "DepthwiseConv2D" && isDilated && !version.startsWith("tfjs")) {
    return kerasConvolutions.dilated;
  }
  if (kerasResizing && className in halfPixelClasses) return halfPixelClasses[className];
  if (className in kerasClasses && !isRegistered(className)) return kerasClasses[className];
  if (config.reset_after === true) return resetAfterClasses[className];
  const isPooling = keptPoolingClasses.some((name) => name === className);
  return isPooling && config.keepdims === true ? keptName(className) : undefined;
}

/** What single classes call otherwise. */
function special(className: string, config: Json): Json {
  switch (className) {
    case "LeakyReLU":
      return { alpha: config.negative_slope ?? config.alpha };
    case "Bidirectional":
      return { layer: innerLayer(config.layer) };
    default:
      return {};
  }
}

/**
 * Keras 3 names the layer inside `forward_...`, which tfjs adds by itself, and lets it give zeros at
 * masked steps, which tfjs does not: it repeats the step before, and says with the mask not to look.
 */
function innerLayer(layer: unknown): unknown {
  if (!isRecord(layer) || !isRecord(layer.config)) return layer;
  const { zero_output_for_mask: _, ...config } = layer.config;
  const name = String(config.name ?? "").replace(/^forward_/, "");
  return { ...layer, config: { ...config, name } };
}

/** Policies by name, mixed precision by what weights are kept in; tfjs has no other widths. */
function dataType(value: unknown): string {
  const nested = isRecord(value) && isRecord(value.config) ? value.config.name : value;
  const name = String(nested ?? "float32");
  if (/^u?int/.test(name)) return "int32";
  if (name === "string" || /^complex/.test(name)) return name.replace("128", "64");
  return name === "bool" ? "bool" : "float32";
}

function activation(value: unknown, version: string): unknown {
  const name = isRecord(value) ? (value.config ?? value.class_name) : value;
  return typeof name === "string" ? activationName(name, version) : value;
}
