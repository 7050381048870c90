import type * as tfTypes from "@tensorflow/tfjs";
import { drawKey, shuffledIndices } from "../../core/random-draws.ts";
import { readImages } from "../features/feature-cache.ts";
import { IMAGE_LAYER } from "../features/image-source.ts";
import type { SplitImages } from "../features/split-images.ts";
import { subModel } from "../model/sub-model.ts";
import { tidied } from "../model/tidied.ts";
import type { UnrolledNetwork } from "../model/unrolled.ts";
import type { StatesOf } from "./evaluation.ts";

/** Training images that are captioned at the end of a run: as many as Flickr8k validates with. */
const SAMPLE_SIZE = 1000;

/**
 * Draws the training images that a run is measured on at its end, to compare with the validation
 * images. Runs with the same seed draw the same images; all of them where there are fewer.
 *
 * @param images - the number of training images.
 * @returns their rows, in ascending order.
 */
export function trainingSample(seed: number, images: number): number[] {
  const drawn = shuffledIndices(drawKey(seed, "training sample"), images).slice(0, SAMPLE_SIZE);
  return drawn.sort((left, right) => left - right);
}

/** Returns a function that computes image states from the images themselves, without caches. */
export function wholeImageStates(
  network: UnrolledNetwork,
  { images }: Pick<SplitImages, "images">,
): StatesOf {
  const { tf, layers } = network;
  const backbone = subModel(tf, layers.encoder, IMAGE_LAYER, layers.featureLayer);
  return (rows) =>
    tidied(tf, () => {
      const grid = backbone.predict(readImages(tf, images, rows)) as tfTypes.Tensor4D;
      return network.imageState(grid);
    });
}
