/**
 * Loads a LayersModel from a `model.json`. Every fault of its files is an error of one line.
 *
 * @module
 */
import type { io, LayersModel } from "@tensorflow/tfjs";
import { UserError } from "../../core/errors.ts";
import { isOutOfMemory } from "../memory.ts";
import type { TensorFlow } from "../tensorflow.ts";
import { readArtifacts } from "./artifacts.ts";
import { isLayerClass, unknownClasses } from "./classes.ts";
import { registerHalfPixels } from "./half-pixels.ts";
import type { Json } from "./json.ts";
import { registerKeptPooling } from "./kept-pooling.ts";
import { registerActivations } from "./keras/activations.ts";
import { type NormalizedTopology, normalizeTopology } from "./keras/index.ts";
import { registerKerasConvolutions } from "./keras-convolutions.ts";
import { registerKerasLayers } from "./keras-layers.ts";
import { mendShapes } from "./mend.ts";
import { registerResetAfterGru } from "./reset-after-gru.ts";
import { type ModelSource, modelSource } from "./source.ts";
import { refuseDamaged } from "./weight-values.ts";
import { assignWeights } from "./weights.ts";

export interface LoadOptions {
  /**
   * Resizes images as Keras does (`Resizing`, bilinear `UpSampling2D`: samples at half pixels) if
   * Keras wrote the file. By default as TensorFlow.js does.
   */
  readonly kerasResizing?: boolean;
  /** Receives lines for the user about a file that can be read, but not without a doubt. */
  readonly note?: (line: string) => void;
}

/**
 * Loads a LayersModel that TensorFlow.js or Keras (2 or 3) wrote.
 *
 * @param input - a path or an `http(s)` address.
 * @throws {UserError} `file_missing`, `model_invalid`, `model_is_graph`, `weights_missing`,
 *   `weights_invalid`; `layers_unsupported` for layers whose class tfjs lacks, or with options that
 *   it would ignore.
 */
export async function loadModel(
  tf: TensorFlow,
  input: string,
  options: LoadOptions = {},
): Promise<LayersModel> {
  const source = modelSource(input);
  return buildModel(tf, source, await readArtifacts(source, options), options);
}

/**
 * Builds a model from files that have been read, so that their faults are found before TensorFlow
 * loads.
 */
export async function buildModel(
  tf: TensorFlow,
  source: ModelSource,
  artifacts: io.ModelArtifacts,
  { kerasResizing = false, note = () => {} }: LoadOptions = {},
): Promise<LayersModel> {
  mendShapes(tf);
  registerResetAfterGru(tf);
  registerActivations(tf);
  registerKeptPooling(tf);
  registerKerasConvolutions(tf);
  registerHalfPixels(tf);
  registerKerasLayers(tf);
  const isRegistered = (className: string) => isLayerClass(tf, className);
  const options = { kerasResizing, isRegistered };
  const normalized = normalizeTopology(artifacts.modelTopology as Json, options);
  for (const layer of normalized.resizing) {
    note(
      `"${layer}" resizes images as TensorFlow.js does, which samples at the corners of pixels; Keras samples at their centres. --keras-resizing resizes as Keras does.`,
    );
  }
  refuseUnknown(tf, source, normalized);
  const model = await build(tf, source, normalized.topology);
  setWeights(tf, source, model, artifacts);
  return model;
}

const ADVICE_ON_CLASSES =
  "To convert your own class, use the library: register the class with tf.serialization.registerClass, and give convert() a handler for it (layers: { NAME: handler }).";

function refuseUnknown(
  tf: TensorFlow,
  source: ModelSource,
  { topology, ignored }: NormalizedTopology,
): void {
  const unknown = unknownClasses(tf, topology).map(
    ({ layer, className }) => `"${layer}" (${className}) has an unknown class`,
  );
  const unread = ignored.map(
    ({ layer, className, option }) =>
      `"${layer}" (${className}) has ${option}, which would be ignored`,
  );
  const all = [...unknown, ...unread];
  if (all.length === 0) return;
  throw new UserError(
    "layers_unsupported",
    `${source.name} cannot be built by TensorFlow.js: ${all.join("; ")}.${unknown.length > 0 ? ` ${ADVICE_ON_CLASSES}` : ""}`,
  );
}

async function build(tf: TensorFlow, source: ModelSource, topology: Json): Promise<LayersModel> {
  try {
    return await tf.loadLayersModel(tf.io.fromMemory({ modelTopology: topology }));
  } catch (cause) {
    throw failure("model_invalid", `TensorFlow.js cannot build ${source.name}`, cause);
  }
}

function setWeights(
  tf: TensorFlow,
  source: ModelSource,
  model: LayersModel,
  { weightData, weightSpecs = [] }: io.ModelArtifacts,
): void {
  try {
    // Numbered because decodeWeights returns a map, and several weights may have the same name.
    const numbered = weightSpecs.map((spec, index) => ({ ...spec, name: String(index) }));
    const decoded = tf.io.decodeWeights(weightData ?? new ArrayBuffer(0), numbered);
    const weights = weightSpecs.flatMap(({ name, group }, index) => {
      const tensor = decoded[index];
      return tensor === undefined || group === "optimizer" ? [] : [{ name, tensor }];
    });
    refuseDamaged(weights, source.name);
    assignWeights(model, weights, source.name);
    tf.dispose(decoded);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw failure("weights_invalid", `The weights of ${source.name} cannot be read`, cause);
  }
}

function failure(code: string, what: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
  return isOutOfMemory(cause)
    ? new UserError("out_of_memory", `${what}: there is not enough memory.`, { cause })
    : new UserError(code, `${what}: ${reason}`, { cause });
}

export { modelSource, readArtifacts };
