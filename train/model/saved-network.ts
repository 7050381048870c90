import { join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import type { Network } from "../../core/bundle/manifest.ts";
import { UserError } from "../../core/errors.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import { readRunConfig } from "../../run-files/config.ts";
import type { RunFolder } from "../../run-files/run-folder.ts";
import { modelArtifacts, readModelFiles } from "./model-files.ts";
import type { CaptionNetwork } from "./network.ts";

/**
 * The two LayersModels that a run left in its folder, its best weights, as one captioner.
 *
 * @param description - what `network.json` says of the network.
 * @throws UserError `run_invalid` where the run has not come to an epoch's end, or a file is damaged.
 */
export async function loadNetwork(
  tf: TensorFlow,
  folder: RunFolder,
  description: Network,
): Promise<CaptionNetwork> {
  const { backbone, options } = await readRunConfig(folder);
  return {
    encoder: await loadModel(tf, folder.encoder),
    decoder: await loadModel(tf, folder.decoder),
    featureLayer: backbone.featureLayer,
    tied: options.tied,
    description,
  };
}

async function loadModel(tf: TensorFlow, folder: string): Promise<tfTypes.LayersModel> {
  const source = join(folder, "model.json");
  try {
    const artifacts = modelArtifacts(source, await readModelFiles(source));
    return await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  } catch (cause) {
    throw new UserError("run_invalid", `The model in ${folder} is missing or damaged.`, { cause });
  }
}
