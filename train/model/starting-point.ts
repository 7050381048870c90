import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { fileOfRole, manifestFileName } from "../../core/bundle/manifest.ts";
import { readManifest } from "../../core/bundle/read.ts";
import { UserError } from "../../core/errors.ts";
import type { Preparation } from "../../core/image/prepare.ts";
import { Vocabulary, vocabularySchema } from "../../core/vocabulary.ts";
import { bundleReader } from "../../node/bundle.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import { backboneLayers, encoderTopologySchema } from "../../onnx/backbone/topology.ts";
import { type CaptionerWeights, readCaptionerWeights } from "../../onnx/captioner-weights.ts";
import { readRunConfig } from "../../run-files/config.ts";
import { readRunFile } from "../../run-files/json-file.ts";
import { runNetworkSchema } from "../../run-files/network.ts";
import { holdsRun, type RunFolder, runFolder } from "../../run-files/run-folder.ts";
import type { Backbone } from "./backbone.ts";
import { loadBundleBackbone } from "./bundle-backbone.ts";
import { hashOf, modelArtifacts, readModelFiles } from "./model-files.ts";
import type { NetworkSizes } from "./network.ts";
import { modelVariables } from "./weights.ts";

/** A captioner that a training starts from, where an earlier one ended. */
export interface StartingPoint {
  readonly backbone: Backbone;
  readonly vocabulary: Vocabulary;
  /** The style that a new style's token begins as; undefined where the captioner has none. */
  readonly defaultStyle: string | undefined;
  readonly preparation: Preparation;
  /** All sizes but that of the vocabulary, which may grow. */
  readonly sizes: Omit<NetworkSizes, "vocabularySize" | "seed">;
  /** The weights behind the backbone. */
  readonly weights: CaptionerWeights;
}

/**
 * Opens the captioner that `--from` names: the folder of a bundle or of a run.
 *
 * @throws {UserError} `no_starting_point` where the folder holds neither; `invalid_bundle`,
 *   `run_invalid` where it is damaged.
 */
export async function openStartingPoint(tf: TensorFlow, path: string): Promise<StartingPoint> {
  if (existsSync(join(path, manifestFileName))) return fromBundle(tf, path);
  const folder = runFolder(path);
  if (holdsRun(folder)) return fromRun(tf, folder);
  throw new UserError(
    "no_starting_point",
    `${path} holds neither a bundle nor a run: name the folder of one by --from.`,
  );
}

async function fromBundle(tf: TensorFlow, path: string): Promise<StartingPoint> {
  const read = bundleReader(path);
  const manifest = await readManifest(read);
  const tokens = await read(fileOfRole(manifest, "vocabulary").path);
  const weights = await readCaptionerWeights(manifest, read);
  return {
    backbone: await loadBundleBackbone(tf, path, undefined),
    vocabulary: Vocabulary.parse(JSON.parse(new TextDecoder().decode(tokens))),
    defaultStyle: manifest.defaultStyle,
    preparation: manifest.preparation,
    sizes: sizesOf(manifest.network.kind, weights),
    weights,
  };
}

async function fromRun(tf: TensorFlow, folder: RunFolder): Promise<StartingPoint> {
  const { network, preparation, defaultStyle } = await readRunFile(
    folder.network,
    runNetworkSchema,
  );
  const { backbone, options } = await readRunConfig(folder);
  const encoder = await openModel(tf, folder.encoder);
  const decoder = await openModel(tf, folder.decoder);
  const weights = new Map([
    ...(await headWeights(encoder.model)),
    ...(await namedWeights("decoder", decoder.model)),
  ]);
  if (options.tied) weights.delete("decoder/logits/kernel");
  const vocabulary = Vocabulary.parse(await readRunFile(folder.vocabulary, vocabularySchema));
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
    },
    vocabulary,
    defaultStyle,
    preparation,
    sizes: sizesOf(network.kind, weights),
    weights,
  };
}

interface OpenedModel {
  readonly model: tfTypes.LayersModel;
  readonly artifacts: tfTypes.io.ModelArtifacts;
  readonly sha256: string;
}

async function openModel(tf: TensorFlow, folder: string): Promise<OpenedModel> {
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

/** The layers of an encoder up to its features, as a model of its own. */
async function backboneOf(tf: TensorFlow, encoder: OpenedModel, featureLayer: string) {
  const topology = encoderTopologySchema.parse({
    featureLayer,
    modelTopology: encoder.artifacts.modelTopology,
  });
  const { layers, pixelRange } = backboneLayers(topology, featureLayer);
  const { config, ...rest } = topology.modelTopology;
  const modelTopology = {
    ...rest,
    config: {
      ...config,
      name: "backbone",
      layers,
      input_layers: [[layers[0]?.name ?? "", 0, 0]],
      output_layers: [[featureLayer, 0, 0]],
    },
  };
  const names = new Set(layers.map(({ name }) => name));
  const variables = [...modelVariables(encoder.model)].filter(([name]) =>
    names.has(name.slice(0, name.lastIndexOf("/"))),
  );
  const data = await Promise.all(variables.map(([, variable]) => variable.data()));
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology,
      weightSpecs: variables.map(([name, { shape }]) => ({ name, shape, dtype: "float32" })),
      weightData: Uint8Array.from(
        Buffer.concat(data.map((values) => new Uint8Array(Float32Array.from(values).buffer))),
      ).buffer,
    }),
  );
  return { model, pixelRange };
}

const HEAD_LAYERS = new Set(["features", "keys", "initial_hidden", "initial_cell"]);

async function headWeights(encoder: tfTypes.LayersModel) {
  const all = await namedWeights("encoder", encoder);
  return all.filter(([name]) => HEAD_LAYERS.has(name.split("/")[1] ?? ""));
}

async function namedWeights(prefix: string, model: tfTypes.LayersModel) {
  const variables = [...modelVariables(model)];
  return Promise.all(
    variables.map(async ([name, variable]) => {
      const data = Float32Array.from(await variable.data());
      return [`${prefix}/${name}`, { shape: variable.shape, data }] as const;
    }),
  );
}

function sizesOf(kind: NetworkSizes["kind"], weights: CaptionerWeights): StartingPoint["sizes"] {
  const shapeOf = (name: string) => weights.get(name)?.shape ?? [];
  return {
    kind,
    embeddingSize: shapeOf("decoder/embedding/embeddings")[1] ?? 0,
    units: shapeOf("decoder/lstm/recurrent_kernel")[0] ?? 0,
    featureSize: shapeOf("encoder/features/kernel")[1] ?? 0,
    attentionSize: shapeOf("decoder/query/kernel")[1] ?? 1,
    tied: !weights.has("decoder/logits/kernel"),
  };
}
