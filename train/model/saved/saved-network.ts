import { join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import type { Network } from "../../../core/bundle/manifest.ts";
import { UserError } from "../../../core/errors.ts";
import type { TensorFlow } from "../../../node/tensorflow.ts";
import { readRunConfig } from "../../../run-files/config.ts";
import type { RunFolder } from "../../../run-files/run-folder.ts";
import type { CaptionNetwork } from "../network.ts";
import { hashOf, modelArtifacts, readModelFiles } from "./model-files.ts";

/** A LayersModel with the files that it was loaded from. */
export interface LoadedModel {
  readonly model: tfTypes.LayersModel;
  readonly artifacts: tfTypes.io.ModelArtifacts;
  /** SHA-256 of its files. */
  readonly sha256: string;
}

/** The two LayersModels of a run's best epoch. */
interface RunModels {
  readonly encoder: LoadedModel;
  readonly decoder: LoadedModel;
  /** The name of the backbone, and the encoder's layer that ends it. */
  readonly backbone: { readonly name: string; readonly featureLayer: string };
  /** Whether the output layer shares its matrix with the word embedding. */
  readonly tied: boolean;
}

/**
 * Loads the two LayersModels from a run's folder.
 *
 * @throws {UserError} `run_invalid` when the run has not finished an epoch, or a file is damaged.
 */
export async function loadRunModels(tf: TensorFlow, folder: RunFolder): Promise<RunModels> {
  const { backbone, options } = await readRunConfig(folder);
  return {
    encoder: await loadModel(tf, folder.encoder),
    decoder: await loadModel(tf, folder.decoder),
    backbone,
    tied: options.tied,
  };
}

/**
 * Loads a run's best epoch as a captioner.
 *
 * @param description - the network of the run's `network.json`.
 * @throws {UserError} `run_invalid` when the run has not finished an epoch, or a file is damaged.
 */
export async function loadNetwork(
  tf: TensorFlow,
  folder: RunFolder,
  description: Network,
): Promise<CaptionNetwork> {
  const { encoder, decoder, backbone, tied } = await loadRunModels(tf, folder);
  return {
    encoder: encoder.model,
    decoder: decoder.model,
    featureLayer: backbone.featureLayer,
    tied,
    description,
  };
}

async function loadModel(tf: TensorFlow, folder: string): Promise<LoadedModel> {
  const source = join(folder, "model.json");
  try {
    const files = await readModelFiles(source);
    const artifacts = modelArtifacts(source, files);
    const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
    return { model, artifacts, sha256: hashOf(files) };
  } catch (cause) {
    throw new UserError("run_invalid", `The model in ${folder} is missing or damaged.`, { cause });
  }
}
