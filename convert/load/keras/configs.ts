import { HALF_PIXEL_CLASSES } from "../half-pixels.ts";
import { isRecord, type Json } from "../json.ts";
import { KEPT_POOLING_CLASSES, keptName } from "../kept-pooling.ts";
import { KERAS_CONVOLUTIONS } from "../keras-convolutions.ts";
import { KERAS_CLASSES } from "../keras-layers.ts";
import { activationName } from "./activations.ts";
import { idleLayer, isIdle } from "./idle.ts";

/** Options that matter only in training: they are left out, as tfjs may not know their values. */
const TRAINING_OPTION = /(_regularizer|_constraint)$/;
const INITIALIZER_OPTION = /_initializer$/;

/** All weights are set after the model is built, so initializers need not run or be known. */
const zeros = { class_name: "Zeros", config: {} };

/** tfjs lacks GRUs that reset after the product; these classes replace them. */
const RESET_AFTER_CLASSES: Record<string, string> = {
  GRU: "ResetAfterGRU",
  GRUCell: "ResetAfterGRUCell",
};

/** What the options of a layer are normalized for. */
interface ConfigSetting {
  /** Version of Keras. */
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
  if (isIdle(className) && !isOfTfjs(className, setting)) return idleLayer(config);
  const entries = Object.entries(config).flatMap(([key, value]): [string, unknown][] => {
    if (TRAINING_OPTION.test(key) || key === "backward_layer") return [];
    if (INITIALIZER_OPTION.test(key)) return [[key, zeros]];
    if (key === "batch_shape") return [["batch_input_shape", value]];
    if (key === "dtype") return [[key, dataType(value)]];
    if (/activation$/.test(key)) return [[key, activation(value, version)]];
    return [[key, value]];
  });
  const all = [...entries, ...Object.entries(special(className, config))];
  const changed: Json = Object.fromEntries(all.filter(([, value]) => value !== undefined));
  const own = ownClass(className, config, setting);
  // The class itself pads the zeros before the first step.
  if (own === KERAS_CONVOLUTIONS.causal) changed.padding = "valid";
  return { className: own ?? className, config: changed };
}

/** Returns whether tfjs has the layer with the same meaning: its RandomWidth draws in inference too. */
function isOfTfjs(className: string, { version, isRegistered }: ConfigSetting): boolean {
  const isRandomWidth = className === "RandomWidth" && !version.startsWith("tfjs");
  return isRegistered(className) && !isRandomWidth;
}

/** Returns the class registered here for what tfjs cannot compute. */
function ownClass(
  className: string,
  config: Json,
  { version, kerasResizing, isRegistered }: ConfigSetting,
): string | undefined {
  if (className === "Conv1D" && config.padding === "causal") return KERAS_CONVOLUTIONS.causal;
  // What tfjs computes is right for its own files, and it ignores the dilation rate.
  const isDilated = [config.dilation_rate ?? 1].flat().some((rate) => rate !== 1);
  if (className === "DepthwiseConv2D" && isDilated && !version.startsWith("tfjs")) {
    return KERAS_CONVOLUTIONS.dilated;
  }
  if (kerasResizing && className in HALF_PIXEL_CLASSES) return HALF_PIXEL_CLASSES[className];
  if (className in KERAS_CLASSES && !isRegistered(className)) return KERAS_CLASSES[className];
  if (config.reset_after === true) return RESET_AFTER_CLASSES[className];
  const isPooling = KEPT_POOLING_CLASSES.some((name) => name === className);
  return isPooling && config.keepdims === true ? keptName(className) : undefined;
}

/** Returns options whose names differ between Keras and tfjs. */
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
 * Returns the inner layer of a Bidirectional without the prefix `forward_`, which Keras 3 writes and
 * tfjs adds itself. Also leaves out Keras' option for zeros at masked steps, where tfjs repeats the
 * previous step: the mask marks these steps in both.
 */
function innerLayer(layer: unknown): unknown {
  if (!isRecord(layer) || !isRecord(layer.config)) return layer;
  const { zero_output_for_mask: _, ...config } = layer.config;
  const name = String(config.name ?? "").replace(/^forward_/, "");
  return { ...layer, config: { ...config, name } };
}

/**
 * Returns the data type of a policy; of mixed precision, that of the weights. tfjs has no other
 * widths.
 */
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
