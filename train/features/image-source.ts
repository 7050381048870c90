import { createHash } from "node:crypto";
import type * as tfTypes from "@tensorflow/tfjs";
import { type DrawKey, drawKey, uniformDraws } from "../../core/random-draws.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import type { CaptionNetwork } from "../model/network.ts";
import { subModel } from "../model/sub-model.ts";
import { modelVariables } from "../model/weights.ts";
import { type Augmentation, augment, mayFlip } from "./augment.ts";
import { FeatureCache, type FrozenStage, readImages } from "./feature-cache.ts";
import type { PreparedImages, Progress } from "./prepared-images.ts";
import type { SplitImages } from "./split-images.ts";

/** The name of the encoder's input layer. */
export const IMAGE_LAYER = "image";

/** The input of the encoder's trained part: images, or the outputs of the layer that is frozen last. */
export interface ImageSource {
  /** Reads images as a training step sees them, augmented or in a cached view: `[N, rows, columns, C]`. */
  augmented(rows: readonly number[], key: DrawKey): tfTypes.Tensor4D;
  /** Reads images unchanged: `[N, rows, columns, C]`. */
  whole(rows: readonly number[]): tfTypes.Tensor4D;
}

/** How images are read for a stage. */
interface SourceOptions {
  /** The layer whose output the trained part reads; `image` for the images themselves. */
  readonly from: string;
  /** Cached views of each image. */
  readonly views: number;
  readonly augmentation: Augmentation;
  readonly seed: number;
  readonly cache: string;
  readonly progress: (title: string) => Progress;
}

/** Opens the source of a split; computes and caches the outputs of frozen layers first. */
export async function openSource(
  tf: TensorFlow,
  network: CaptionNetwork,
  split: SplitImages,
  options: SourceOptions,
): Promise<ImageSource> {
  const flippable = split.words.map((captions) => mayFlip(captions));
  if (options.from === IMAGE_LAYER) return pixelSource(tf, split.images, flippable, options);
  const frozen = await frozenStage(tf, network, options.from);
  const caches: FeatureCache[] = [];
  for (let number = 0; number < options.views; number++) {
    const wanted = {
      images: split.images,
      flippable,
      stage: frozen,
      view: { number, seed: options.seed, augmentation: options.augmentation },
      directory: options.cache,
      progress: options.progress(`view ${number + 1} of ${options.views}`),
    };
    caches.push(await FeatureCache.open(tf, wanted));
  }
  return cachedSource(caches);
}

function pixelSource(
  tf: TensorFlow,
  images: PreparedImages,
  flippable: readonly boolean[],
  options: SourceOptions,
): ImageSource {
  const whole = (rows: readonly number[]) => readImages(tf, images, rows);
  return {
    whole,
    augmented: (rows, key) =>
      tf.tidy(() => {
        const draws = rows.map((row) => ({
          key: drawKey(key, row),
          flippable: flippable[row] === true,
        }));
        return augment(tf, whole(rows), draws, options.augmentation);
      }),
  };
}

function cachedSource(caches: readonly FeatureCache[]): ImageSource {
  const view = (number: number) => {
    const cache = caches[number];
    if (cache) return cache;
    throw new Error(`there is no view ${number}`);
  };
  return {
    whole: (rows) => view(0).read(rows),
    augmented(rows, key) {
      const draw = uniformDraws(drawKey(key, "view"), 1)[0] ?? 0;
      return view(Math.floor(draw * caches.length)).read(rows);
    },
  };
}

async function frozenStage(
  tf: TensorFlow,
  network: CaptionNetwork,
  layer: string,
): Promise<FrozenStage> {
  const model = subModel(tf, network.encoder, IMAGE_LAYER, layer);
  const hash = createHash("sha256").update(layer);
  for (const [name, variable] of modelVariables(model)) {
    hash.update(name).update(new Uint8Array((await variable.data()).buffer));
  }
  return { model, key: hash.digest("hex") };
}
