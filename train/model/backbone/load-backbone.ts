import type * as tfTypes from "@tensorflow/tfjs";
import { UserError } from "../../../core/errors.ts";
import type { TensorFlow } from "../../../node/tensorflow.ts";
import {
  hashOf,
  isUrl,
  type ModelFiles,
  modelArtifacts,
  readModelFiles,
} from "../saved/model-files.ts";
import { type Backbone, checkFeatureLayers, lastGridLayer } from "./backbone.ts";
import { ModelCache } from "./model-cache.ts";

/** How a backbone is used, and where a download of it is kept. */
interface LoadOptions {
  /** The layers that give the features; undefined: the last grid. */
  readonly featureLayers: readonly string[] | undefined;
  /** The values that the model takes for black and white. */
  readonly pixelRange: readonly [black: number, white: number];
  /** The folder of everything that training caches. */
  readonly cache: string;
}

/**
 * Loads a trained backbone: any LayersModel, by the path or URL of its `model.json`.
 *
 * A download is kept in the cache once its model has loaded.
 *
 * @throws {UserError} `backbone_not_found`, `invalid_backbone`, `unknown_feature_layer`,
 *   `feature_layers_differ`
 */
export async function loadBackbone(
  tf: TensorFlow,
  source: string,
  { featureLayers, pixelRange, cache }: LoadOptions,
): Promise<Backbone> {
  const { model, sha256 } = await (isUrl(source)
    ? loadHosted(tf, source, new ModelCache(cache))
    : loadModel(tf, source, await readModelFiles(source)));
  const chosen = featureLayers ?? [lastGridLayer(model)];
  checkFeatureLayers(source, model, chosen);
  return { name: model.name, model, featureLayers: chosen, pixelRange, sha256 };
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
      // The cached files are damaged: download them again.
    }
  }
  const files = await readModelFiles(url);
  const loaded = await loadModel(tf, url, files);
  await cache.keep(url, files);
  return loaded;
}

async function loadModel(tf: TensorFlow, source: string, files: ModelFiles): Promise<LoadedModel> {
  const artifacts = modelArtifacts(source, files);
  try {
    const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
    return { model, sha256: hashOf(files) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : "unknown reason";
    throw new UserError("invalid_backbone", `The backbone ${source} cannot be loaded: ${reason}`, {
      cause,
    });
  }
}
