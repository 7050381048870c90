import { stat } from "node:fs/promises";
import { releasedModel } from "../../node/released-model.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import type { TrainOptions } from "../../run-files/options.ts";
import { type Backbone, loadBackbone, smallBackbone } from "./backbone.ts";
import { loadBundleBackbone } from "./bundle-backbone.ts";

type BackboneOptions = Pick<
  TrainOptions,
  "dataset" | "backbone" | "featureLayer" | "pixelRange" | "imageSize" | "seed" | "cache"
>;

/**
 * The backbone that a run starts from: the one that is named, a `model.json` or a bundle's folder;
 * else that of the released bundle; or, for synthetic pictures, a small one of our own.
 *
 * @throws UserError of {@link loadBackbone} and {@link loadBundleBackbone}
 */
export async function openBackbone(
  tf: TensorFlow,
  options: BackboneOptions,
  released = releasedModel,
): Promise<Backbone> {
  const { dataset, backbone, featureLayer, imageSize, seed } = options;
  if (backbone === undefined && dataset === undefined) {
    return smallBackbone(tf, imageSize, seed);
  }
  if (backbone === undefined) return loadBundleBackbone(tf, released, featureLayer);
  if (await isFolder(backbone)) return loadBundleBackbone(tf, backbone, featureLayer);
  const [black = -1, white = 1] = options.pixelRange.split(",").map(Number);
  return loadBackbone(tf, backbone, featureLayer, [black, white], options.cache);
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
