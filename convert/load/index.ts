/**
 * From a `model.json` to a LayersModel in memory, with every fault of the files said in one line.
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
   * Resizes images as Keras does (`Resizing`, bilinear `UpSampling2D`), at half pixels, where Keras
   * wrote the file; by default as TensorFlow.js does.
   */
  readonly kerasResizing?: boolean;
  /** Receives what the user ought to know of the file though it can be read, a line at a time. */
  readonly note?: (line: string) => void;
}

/**
 * Reads a LayersModel from a path or an address, as TensorFlow.js or Keras (2 or 3) wrote it.
 *
 * @throws UserError for a file that is not there, not JSON, a graph model, or lacks weights; for
 *   layers of classes that tfjs does not know, and options that it would ignore.
 */
export async function loadModel(
  tf: TensorFlow,
  input: string,
  options: LoadOptions = {},
): Promise<LayersModel> {
  const source = modelSource(input);
  return buildModel(tf, source, await readArtifacts(source, options), options);
}

/** Makes a model of files that have been read: their faults are found without TensorFlow. */
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
      `"${layer}" resizes images as TensorFlow.js does, which samples at the corners of pixels; Keras samples at their centres: --keras-resizing`,
    );
  }
  refuseUnknown(tf, source, normalized);
  const model = await build(tf, source, normalized.topology);
  setWeights(tf, source, model, artifacts);
  return model;
}

const adviceOnClasses =
  "To convert a class of your own, use the library: register the class with tf.serialization.registerClass, and give convert() a handler for it (layers: { NAME: handler }).";

function refuseUnknown(
  tf: TensorFlow,
  source: ModelSource,
  { topology, ignored }: NormalizedTopology,
): void {
  const unknown = unknownClasses(tf, topology).map(
    ({ layer, className }) => `"${layer}" (${className}) is of a class that it does not have`,
  );
  const unread = ignored.map(
    ({ layer, className, option }) => `"${layer}" (${className}) has ${option}, which it ignores`,
  );
  const all = [...unknown, ...unread];
  if (all.length === 0) return;
  throw new UserError(
    "layers_unsupported",
    `${source.name} is beyond TensorFlow.js: ${all.join("; ")}.${unknown.length > 0 ? ` ${adviceOnClasses}` : ""}`,
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
    // Numbered, because the decoded weights are a map and a file may have several of one name.
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
