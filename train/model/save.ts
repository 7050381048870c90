import { join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { writeAtomically } from "../../node/files.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import type { CaptionNetwork } from "./network.ts";
import { modelVariables, variable } from "./weights.ts";

/**
 * Saves both LayersModels in the layout that every tfjs reads: `model.json` beside `weights.bin`.
 *
 * The weights go first: a `model.json` never stands beside older ones.
 */
export async function saveNetwork(
  tf: TensorFlow,
  network: CaptionNetwork,
  encoder: string,
  decoder: string,
): Promise<void> {
  if (network.tied) tieOutput(tf, network.decoder);
  await saveLayersModel(tf, network.encoder, encoder);
  await saveLayersModel(tf, network.decoder, decoder);
}

function tieOutput(tf: TensorFlow, decoder: tfTypes.LayersModel): void {
  const variables = modelVariables(decoder);
  tf.tidy(() => {
    const embedding = variable(variables, "embedding/embeddings");
    variable(variables, "logits/kernel").assign(tf.transpose(embedding));
  });
}

async function saveLayersModel(
  tf: TensorFlow,
  model: tfTypes.LayersModel,
  folder: string,
): Promise<void> {
  const handler = tf.io.withSaveHandler(async (artifacts) => {
    const weights = tf.io.concatenateArrayBuffers([artifacts.weightData ?? []].flat());
    const json = {
      format: "layers-model",
      generatedBy: artifacts.generatedBy,
      convertedBy: null,
      modelTopology: artifacts.modelTopology,
      weightsManifest: [{ paths: ["weights.bin"], weights: artifacts.weightSpecs }],
    };
    await writeAtomically(join(folder, "weights.bin"), new Uint8Array(weights));
    await writeAtomically(join(folder, "model.json"), JSON.stringify(json));
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
  });
  await model.save(handler);
}
