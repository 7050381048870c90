import { createHash } from "node:crypto";
import type * as tfTypes from "@tensorflow/tfjs";
import { Vocabulary, vocabularySchema } from "../../../core/vocabulary.ts";
import type { TensorFlow } from "../../../node/tensorflow.ts";
import {
  backboneLayers,
  backboneTopology,
  encoderTopologySchema,
} from "../../../onnx/backbone/topology.ts";
import type { StoredWeight } from "../../../onnx/stored-weights.ts";
import { readRunConfig } from "../../../run-files/config.ts";
import { isFineTuned } from "../../../run-files/fine-tuned.ts";
import { historyOf } from "../../../run-files/history.ts";
import { readRunFile } from "../../../run-files/json-file.ts";
import { readLog } from "../../../run-files/log.ts";
import { runNetworkSchema } from "../../../run-files/network.ts";
import type { RunFolder } from "../../../run-files/run-folder.ts";
import { HEAD_LAYERS } from "../encoder.ts";
import { type LoadedModel, loadRunModels } from "../saved/saved-network.ts";
import { modelVariables, networkVariables } from "../weights.ts";
import { type StartingPoint, sizesOf } from "./starting-point.ts";

/**
 * Opens the best epoch of a run as a starting point.
 *
 * @throws {UserError} `run_invalid` when the run has not finished an epoch, or a file is damaged.
 */
export async function openRunStart(tf: TensorFlow, folder: RunFolder): Promise<StartingPoint> {
  const description = await readRunFile(folder.network, runNetworkSchema);
  const { network, preparation, defaultStyle } = description;
  const vocabulary = Vocabulary.parse(await readRunFile(folder.vocabulary, vocabularySchema));
  const { encoder, decoder, backbone, tied } = await loadRunModels(tf, folder);
  const weights = await weightsAfterBackbone(encoder.model, decoder.model);
  if (tied) weights.delete("decoder/logits/kernel");
  const { model, pixelRange } = await backboneOf(tf, encoder, backbone.featureLayer);
  tf.dispose([...encoder.model.getWeights(), ...decoder.model.getWeights()]);
  const sha256 = createHash("sha256").update(encoder.sha256).update(decoder.sha256).digest("hex");
  return {
    backbone: {
      name: backbone.name,
      model,
      featureLayers: [backbone.featureLayer],
      pixelRange,
      sha256,
      fineTuned: isFineTuned(await readRunConfig(folder), historyOf(await readLog(folder.log))),
    },
    vocabulary,
    defaultStyle,
    preparation,
    sizes: sizesOf(network.kind, weights),
    weights,
  };
}

/** Copies the layers of an encoder up to its features into a model with its own weights. */
async function backboneOf(tf: TensorFlow, encoder: LoadedModel, featureLayer: string) {
  const topology = encoderTopologySchema.parse({
    featureLayer,
    modelTopology: encoder.artifacts.modelTopology,
  });
  const { layers, pixelRange } = backboneLayers(topology, featureLayer);
  const names = new Set(layers.map(({ name }) => name));
  const variables = [...modelVariables(encoder.model)].filter(([name]) =>
    names.has(name.slice(0, name.lastIndexOf("/"))),
  );
  const data = await Promise.all(variables.map(([, variable]) => variable.data()));
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: backboneTopology(topology, layers, featureLayer),
      weightSpecs: variables.map(([name, { shape }]) => ({ name, shape, dtype: "float32" })),
      weightData: Uint8Array.from(
        Buffer.concat(data.map((values) => new Uint8Array(Float32Array.from(values).buffer))),
      ).buffer,
    }),
  );
  return { model, pixelRange };
}

/** Copies the weights of the encoder's head and of the decoder, by their names in checkpoints. */
async function weightsAfterBackbone(
  encoder: tfTypes.LayersModel,
  decoder: tfTypes.LayersModel,
): Promise<Map<string, StoredWeight>> {
  const weights = new Map<string, StoredWeight>();
  for (const [name, variable] of networkVariables({ encoder, decoder })) {
    const [model, layer = ""] = name.split("/");
    if (model === "encoder" && !HEAD_LAYERS.has(layer)) continue;
    weights.set(name, { shape: variable.shape, data: Float32Array.from(await variable.data()) });
  }
  return weights;
}
