import { join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { z } from "zod";
import { networkSchema } from "../../core/bundle/manifest.ts";
import { UserError } from "../../core/errors.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import type { RunFolder } from "../run/run-folder.ts";
import { parseModelJson, readModelFiles } from "./model-files.ts";
import type { CaptionNetwork } from "./network.ts";

const backboneSchema = z.looseObject({ featureLayer: z.string() });

/**
 * The two LayersModels that a run left in its folder, its best weights, as one captioner.
 *
 * @param config - the run's, of `config.json`.
 * @param network - what `network.json` says of the network.
 * @throws UserError `run_invalid` where the run has not come to an epoch's end.
 */
export async function loadNetwork(
  tf: TensorFlow,
  folder: RunFolder,
  config: { readonly backbone?: unknown; readonly options: Readonly<Record<string, unknown>> },
  network: unknown,
): Promise<CaptionNetwork> {
  const { featureLayer } = backboneSchema.parse(config.backbone);
  return {
    encoder: await loadModel(tf, folder.encoder),
    decoder: await loadModel(tf, folder.decoder),
    featureLayer,
    tied: config.options.tied === true,
    description: networkSchema.parse(network),
  };
}

async function loadModel(tf: TensorFlow, folder: string): Promise<tfTypes.LayersModel> {
  const source = join(folder, "model.json");
  try {
    const { json, shards } = await readModelFiles(source);
    const { modelTopology, weightsManifest } = parseModelJson(source, json);
    const weightData = Uint8Array.from(Buffer.concat(shards)).buffer;
    const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
    return await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
  } catch (cause) {
    throw new UserError("run_invalid", `The model in ${folder} is missing or damaged.`, { cause });
  }
}
