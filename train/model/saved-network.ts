import { join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { z } from "zod";
import type { Network } from "../../core/bundle/manifest.ts";
import { UserError } from "../../core/errors.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import { readRunFile } from "../../run-files/run-file.ts";
import type { RunFolder } from "../../run-files/run-folder.ts";
import { modelArtifacts, readModelFiles } from "./model-files.ts";
import type { CaptionNetwork } from "./network.ts";

/** What is used here of `config.json`. */
const configSchema = z.object({
  backbone: z.object({ featureLayer: z.string() }),
  options: z.object({ tied: z.boolean().default(false) }),
});

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
  const { backbone, options } = await readRunFile(folder.config, configSchema);
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
