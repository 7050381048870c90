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
import { unknownClasses } from "./classes.ts";
import type { Json } from "./json.ts";
import { registerKeptPooling } from "./kept-pooling.ts";
import { registerActivations } from "./keras/activations.ts";
import { type NormalizedTopology, normalizeTopology } from "./keras/index.ts";
import { registerKerasConvolutions } from "./keras-convolutions.ts";
import { mendShapes } from "./mend.ts";
import { registerResetAfterGru } from "./reset-after-gru.ts";
import { type ModelSource, modelSource } from "./source.ts";
import { assignWeights } from "./weights.ts";

/**
 * Reads a LayersModel from a path or an address, as TensorFlow.js or Keras (2 or 3) wrote it.
 *
 * @throws UserError for a file that is not there, not JSON, a graph model, or lacks weights; for
 *   layers of classes that tfjs does not know, and options that it would ignore.
 */
export async function loadModel(tf: TensorFlow, input: string): Promise<LayersModel> {
  const source = modelSource(input);
  return buildModel(tf, source, await readArtifacts(source));
}

/** Makes a model of files that have been read: their faults are found without TensorFlow. */
export async function buildModel(
  tf: TensorFlow,
  source: ModelSource,
  artifacts: io.ModelArtifacts,
): Promise<LayersModel> {
  mendShapes(tf);
  registerResetAfterGru(tf);
  registerActivations(tf);
  registerKeptPooling(tf);
  registerKerasConvolutions(tf);
  const normalized = normalizeTopology(artifacts.modelTopology as Json);
  refuseUnknown(tf, source, normalized);
  const model = await build(tf, source, normalized.topology);
  setWeights(tf, source, model, artifacts);
  return model;
}

const adviceOnClasses =
  "A class of your own is converted from a program, which registers it and says what it is in ONNX: docs/converter.md, as a library.";

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
  const ofModel = weightSpecs.filter(({ group }) => group !== "optimizer");
  try {
    const weights = tf.io.decodeWeights(weightData ?? new ArrayBuffer(0), weightSpecs);
    const own = ofModel.flatMap(({ name }) => (weights[name] ? [[name, weights[name]]] : []));
    assignWeights(model, Object.fromEntries(own), source.name);
    tf.dispose(weights);
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
