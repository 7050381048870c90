import { createHash } from "node:crypto";
import type * as tfTypes from "@tensorflow/tfjs";
import { type DrawKey, drawKey, uniformDraws } from "../../core/random-draws.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import type { CaptionNetwork } from "../model/network.ts";
import { subModel } from "../model/sub-model.ts";
import { modelVariables } from "../model/weights.ts";
import { type Augmentation, augment, mayFlip } from "./augment.ts";
import { FeatureCache, type FrozenStage, readPictures } from "./feature-cache.ts";
import type { PreparedImages, Progress } from "./prepared-images.ts";

/** The name of the encoder's input layer. */
export const imageLayer = "image";

/** The rows of a split that came from one data set: `count` of them from `first` on. */
export interface SetRows {
  /** The set's name, which is its style's. */
  readonly name: string;
  /** How often each image is drawn in an epoch. */
  readonly weight: number;
  readonly first: number;
  readonly count: number;
}

/** The pictures of a split with the words of their captions, in the same order. */
export interface SplitPictures {
  readonly ids: readonly string[];
  readonly images: PreparedImages;
  readonly words: readonly (readonly (readonly string[])[])[];
  /** For each image the token that its captions begin with. */
  readonly starts: readonly number[];
  /** The data sets of the split, in the order of their rows. */
  readonly sets: readonly SetRows[];
}

/** What the trained part of the encoder is fed with. */
export interface PictureSource {
  /** Pictures as training sees them: augmented, or in one of their cached views. */
  augmented(rows: readonly number[], key: DrawKey): tfTypes.Tensor4D;
  /** Pictures as they are. */
  whole(rows: readonly number[]): tfTypes.Tensor4D;
}

export interface SourceOptions {
  /** The layer whose output the trained part takes; `image` for the pictures themselves. */
  readonly from: string;
  readonly views: number;
  readonly augmentation: Augmentation;
  readonly seed: number;
  readonly cache: string;
  readonly progress: (title: string) => Progress;
}

/** Opens the source of a split, computing the frozen layers' features if there are any. */
export async function openSource(
  tf: TensorFlow,
  network: CaptionNetwork,
  split: SplitPictures,
  options: SourceOptions,
): Promise<PictureSource> {
  const flippable = split.words.map((captions) => mayFlip(captions));
  if (options.from === imageLayer) return pictureSource(tf, split.images, flippable, options);
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

function pictureSource(
  tf: TensorFlow,
  images: PreparedImages,
  flippable: readonly boolean[],
  options: SourceOptions,
): PictureSource {
  const whole = (rows: readonly number[]) => readPictures(tf, images, rows);
  return {
    whole,
    augmented: (rows, key) =>
      tf.tidy(() => {
        const keys = rows.map((row) => drawKey(key, row));
        const allowed = rows.map((row) => flippable[row] === true);
        return augment(tf, whole(rows), allowed, keys, options.augmentation);
      }),
  };
}

function cachedSource(caches: readonly FeatureCache[]): PictureSource {
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
  const model = subModel(tf, network.encoder, imageLayer, layer);
  const hash = createHash("sha256").update(layer);
  for (const [name, variable] of modelVariables(model)) {
    hash.update(name).update(new Uint8Array((await variable.data()).buffer));
  }
  return { model, key: hash.digest("hex") };
}
