import { createHash } from "node:crypto";
import type * as tfTypes from "@tensorflow/tfjs";
import { UserError } from "../../core/errors.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import { ModelCache } from "./model-cache.ts";
import { hashOf, isUrl, type ModelFiles, modelArtifacts, readModelFiles } from "./model-files.ts";

/** A convolutional network that turns a picture into a grid of features. */
export interface Backbone {
  readonly name: string;
  readonly model: tfTypes.LayersModel;
  /** The layers whose outputs `[N, rows, columns, channels]` are the grids, from one or more depths. */
  readonly featureLayers: readonly string[];
  /** What its input expects of a picture's black and white. */
  readonly pixelRange: readonly [number, number];
  /** SHA-256 of its files; of its own description if it is not trained yet. */
  readonly sha256: string;
}

/**
 * Loads a backbone that somebody trained: any LayersModel, by the path or URL of its `model.json`.
 *
 * What comes from a URL is kept in the cache once it is known to be a model that loads.
 *
 * @param featureLayers - by default the last layer that gives a grid.
 * @param cache - the folder of all that training caches.
 * @throws UserError `backbone_not_found`, `invalid_backbone`, `unknown_feature_layer`
 */
export async function loadBackbone(
  tf: TensorFlow,
  source: string,
  featureLayers: readonly string[] | undefined,
  pixelRange: readonly [number, number],
  cache: string,
): Promise<Backbone> {
  const { model, sha256 } = await (isUrl(source)
    ? loadHosted(tf, source, new ModelCache(cache))
    : loadModel(tf, source, await readModelFiles(source)));
  const chosen = featureLayers ?? [lastGridLayer(model)];
  checkFeatureLayers(source, model, chosen);
  return { name: model.name, model, featureLayers: chosen, pixelRange, sha256 };
}

/** @throws UserError `unknown_feature_layer` */
export function checkFeatureLayers(
  source: string,
  model: tfTypes.LayersModel,
  featureLayers: readonly string[],
): void {
  const unknown = featureLayers.find((name) => !model.layers.some((layer) => layer.name === name));
  if (unknown === undefined) return;
  throw new UserError(
    "unknown_feature_layer",
    `The backbone ${source} has no layer "${unknown}": its last grid layer is "${lastGridLayer(model)}".`,
  );
}

interface LoadedModel {
  readonly model: tfTypes.LayersModel;
  readonly sha256: string;
}

async function loadHosted(tf: TensorFlow, url: string, cache: ModelCache): Promise<LoadedModel> {
  const kept = await cache.find(url);
  if (kept) {
    try {
      return await loadModel(tf, url, kept);
    } catch {
      // Something happened to the files: they are fetched anew.
    }
  }
  const files = await readModelFiles(url);
  const loaded = await loadModel(tf, url, files);
  await cache.keep(url, files);
  return loaded;
}

async function loadModel(tf: TensorFlow, source: string, files: ModelFiles): Promise<LoadedModel> {
  return { model: await parseModel(tf, source, files), sha256: hashOf(files) };
}

async function parseModel(
  tf: TensorFlow,
  source: string,
  files: ModelFiles,
): Promise<tfTypes.LayersModel> {
  const artifacts = modelArtifacts(source, files);
  try {
    return await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : "unknown reason";
    throw new UserError("invalid_backbone", `The backbone ${source} cannot be loaded: ${reason}`, {
      cause,
    });
  }
}

function lastGridLayer(model: tfTypes.LayersModel): string {
  const layer = model.layers.findLast((candidate) => {
    const shape = candidate.outputShape;
    return shape.length === 4 && !Array.isArray(shape[0]) && Number(shape[1]) > 1;
  });
  if (layer) return layer.name;
  throw new UserError(
    "invalid_backbone",
    `The backbone ${model.name} has no layer that gives a grid.`,
  );
}

/**
 * A small convolutional network of our own, not trained yet: what the synthetic pictures need.
 *
 * Three convolutions of stride two, each followed by ELU: `[N, size, size, 3]` to
 * `[N, size / 8, size / 8, 64]`. With ReLU a third of the units die at the rates that it is trained
 * with, and what is left tells the LSTM too little.
 */
export function smallBackbone(tf: TensorFlow, size: number, seed: number): Backbone {
  const input = tf.input({ shape: [size, size, 3], name: "image" });
  let x: tfTypes.SymbolicTensor = input;
  for (const [index, filters] of [16, 32, 64].entries()) {
    x = tf.layers
      .conv2d({
        name: `conv_${index + 1}`,
        filters,
        kernelSize: 3,
        strides: 2,
        padding: "same",
        activation: "elu",
        kernelInitializer: tf.initializers.heNormal({ seed: seed + index }),
      })
      .apply(x) as tfTypes.SymbolicTensor;
  }
  const model = tf.model({ inputs: input, outputs: x, name: "small" });
  const sha256 = createHash("sha256").update(`small:${size}:${seed}`).digest("hex");
  return { name: "small", model, featureLayers: ["conv_3"], pixelRange: [-1, 1], sha256 };
}
