/**
 * From a `model.json` to a LayersModel in memory, with every fault of the files said in one line.
 *
 * @module
 */
import type { io, LayersModel } from "@tensorflow/tfjs";
import { UserError } from "../../core/errors.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import { readArtifacts } from "./artifacts.ts";
import { unknownClasses } from "./classes.ts";
import { mendShapes } from "./mend.ts";
import { type ModelSource, modelSource } from "./source.ts";

/**
 * Reads a LayersModel from a path or an address.
 *
 * @throws UserError for a file that is not there, not JSON, a graph model, lacks weights, or has
 *   layers of classes that tfjs does not know.
 */
export async function loadModel(tf: TensorFlow, input: string): Promise<LayersModel> {
  const source = modelSource(input);
  const artifacts = await readArtifacts(source);
  mendShapes(tf);
  const unknown = unknownClasses(tf, artifacts.modelTopology);
  if (unknown.length > 0) {
    const list = unknown.map(({ layer, className }) => `"${layer}" (${className})`).join(", ");
    throw new UserError(
      "layers_unknown",
      `${source.name} has layers of classes that TensorFlow.js does not have: ${list}.`,
    );
  }
  return build(tf, source, artifacts);
}

async function build(
  tf: TensorFlow,
  source: ModelSource,
  artifacts: io.ModelArtifacts,
): Promise<LayersModel> {
  try {
    return await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    const code = cause instanceof RangeError ? "out_of_memory" : "model_invalid";
    throw new UserError(code, `TensorFlow.js cannot load ${source.name}: ${reason}`, { cause });
  }
}
