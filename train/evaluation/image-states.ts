import type * as tfTypes from "@tensorflow/tfjs";
import type { TensorFlow } from "../../node/tensorflow.ts";
import { readImages } from "../features/feature-cache.ts";
import { IMAGE_LAYER } from "../features/image-source.ts";
import type { SplitImages } from "../features/split-images.ts";
import { subModel } from "../model/sub-model.ts";
import { tidied } from "../model/tidied.ts";
import type { ImageState, UnrolledNetwork } from "../model/unrolled.ts";

/** Computes the image states of rows of a split. */
export type StatesOf = (rows: readonly number[]) => ImageState;

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

/** Frees the tensors of an image state. */
export function disposeImageState(tf: TensorFlow, image: ImageState): void {
  const tensors: tfTypes.Tensor[] = [image.hidden, image.cell];
  if (image.regions) tensors.push(image.regions.features, image.regions.keys);
  tf.dispose(tensors);
}
