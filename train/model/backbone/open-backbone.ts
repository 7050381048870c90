import { stat } from "node:fs/promises";
import { releasedModel } from "../../../node/released-model.ts";
import type { TensorFlow } from "../../../node/tensorflow.ts";
import type { TrainOptions } from "../../../run-files/options.ts";
import { type Backbone, checkFeatureLayers } from "./backbone.ts";
import { loadBundleBackbone } from "./bundle-backbone.ts";
import { loadBackbone } from "./load-backbone.ts";
import { smallBackbone } from "./small-backbone.ts";

type BackboneOptions = Pick<
  TrainOptions,
  "dataset" | "backbone" | "featureLayer" | "pixelRange" | "imageSize" | "seed" | "cache"
>;

/**
 * Opens the backbone of a run: the one that `--backbone` names, a `model.json` or a bundle's folder;
 * else that of the released bundle; for synthetic images the small one.
 *
 * @param released - the folder of the released bundle.
 * @throws {UserError} those of {@link loadBackbone} and {@link loadBundleBackbone}
 */
export async function openBackbone(
  tf: TensorFlow,
  options: BackboneOptions,
  released = releasedModel,
): Promise<Backbone> {
  const { dataset, backbone, featureLayer, imageSize, seed } = options;
  if (backbone === undefined && dataset === undefined) {
    return withFeatureLayers(smallBackbone(tf, imageSize, seed), featureLayer);
  }
  if (backbone === undefined) return loadBundleBackbone(tf, released, featureLayer);
  if (await isFolder(backbone)) return loadBundleBackbone(tf, backbone, featureLayer);
  const [black = -1, white = 1] = options.pixelRange.split(",").map(Number);
  return loadBackbone(tf, backbone, {
    featureLayers: featureLayer,
    pixelRange: [black, white],
    cache: options.cache,
  });
}

function withFeatureLayers(backbone: Backbone, featureLayers = backbone.featureLayers): Backbone {
  checkFeatureLayers(backbone.name, backbone.model, featureLayers);
  return { ...backbone, featureLayers };
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
