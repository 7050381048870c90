import { join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { writeTogether } from "../../../node/cli/files.ts";
import type { TensorFlow } from "../../../node/tensorflow.ts";
import type { CaptionNetwork } from "../network.ts";
import { modelVariables, variable } from "../weights.ts";

/**
 * Saves both LayersModels as `model.json` and `weights.bin`, the layout that every TensorFlow.js reads.
 *
 * The four files are replaced together, so that a conversion never joins the encoder of one epoch to
 * the decoder of another.
 *
 * @param encoder - the encoder's folder.
 * @param decoder - the decoder's folder.
 */
export async function saveNetwork(
  tf: TensorFlow,
  network: CaptionNetwork,
  encoder: string,
  decoder: string,
): Promise<void> {
  if (network.tied) tieOutput(tf, network.decoder);
  const files = [
    ...(await modelFiles(tf, network.encoder, encoder)),
    ...(await modelFiles(tf, network.decoder, decoder)),
  ];
  await writeTogether(new Map(files));
}

function tieOutput(tf: TensorFlow, decoder: tfTypes.LayersModel): void {
  const variables = modelVariables(decoder);
  tf.tidy(() => {
    const embedding = variable(variables, "embedding/embeddings");
    variable(variables, "logits/kernel").assign(tf.transpose(embedding));
  });
}

async function modelFiles(
  tf: TensorFlow,
  model: tfTypes.LayersModel,
  folder: string,
): Promise<[string, string | Uint8Array][]> {
  const files: [string, string | Uint8Array][] = [];
  const handler = tf.io.withSaveHandler(async (artifacts) => {
    const weights = tf.io.concatenateArrayBuffers([artifacts.weightData ?? []].flat());
    const json = {
      format: "layers-model",
      generatedBy: artifacts.generatedBy,
      convertedBy: null,
      modelTopology: artifacts.modelTopology,
      weightsManifest: [{ paths: ["weights.bin"], weights: artifacts.weightSpecs }],
    };
    files.push([join(folder, "weights.bin"), new Uint8Array(weights)]);
    files.push([join(folder, "model.json"), JSON.stringify(json)]);
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
  });
  await model.save(handler);
  return files;
}
