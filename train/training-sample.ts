import type * as tfTypes from "@tensorflow/tfjs";
import { drawKey, shuffledIndices } from "../core/random-draws.ts";
import type { StatesOf } from "./evaluation.ts";
import { readPictures } from "./features/feature-cache.ts";
import { imageLayer, type SplitPictures } from "./features/source.ts";
import { subModel } from "./model/sub-model.ts";
import { tidied } from "./model/tidied.ts";
import type { UnrolledNetwork } from "./model/unrolled.ts";

/** How many training images are captioned at the end of a run: as many as Flickr8k validates with. */
const sampleSize = 1000;

/**
 * The training images that a run is measured on beside the validation images, to see how far it has
 * learnt them by heart: the same for every run of a seed. All of them, where there are fewer.
 */
export function trainingSample(seed: number, images: number): number[] {
  const drawn = shuffledIndices(drawKey(seed, "training sample"), images).slice(0, sampleSize);
  return drawn.sort((left, right) => left - right);
}

/** Computes image states from the pictures themselves: whole, without augmentation or caches. */
export function wholePictureStates(network: UnrolledNetwork, split: SplitPictures): StatesOf {
  const { tf, layers } = network;
  const backbone = subModel(tf, layers.encoder, imageLayer, layers.featureLayer);
  return (rows) =>
    tidied(tf, () => {
      const grid = backbone.predict(readPictures(tf, split.images, rows)) as tfTypes.Tensor4D;
      return network.imageState(grid);
    });
}
