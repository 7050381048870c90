import type * as tfTypes from "@tensorflow/tfjs";
import { type DrawKey, drawKey, uniformDraws } from "../../core/random-draws.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";

/** The limits of the random changes to training images. */
export interface Augmentation {
  /** Crops keep at least this share of each side: 1 crops nothing. */
  readonly smallestCrop: number;
  /** The probability of a mirror image, 0 to 1; never where the captions mention left or right. */
  readonly flip: number;
  /** The largest relative change of brightness, contrast and saturation, 0 to 1. */
  readonly colour: number;
}

/** What the random change to one image depends on. */
export interface ImageDraw {
  /** The key of the image's draws. */
  readonly key: DrawKey;
  /** Whether it may be mirrored. */
  readonly flippable: boolean;
}

/** The augmentation that leaves images unchanged. */
export const NO_AUGMENTATION: Augmentation = { smallestCrop: 1, flip: 0, colour: 0 };

/** Words that are false of the mirror image. */
const SIDE_WORDS = new Set(["left", "right", "leftmost", "rightmost", "left-hand", "right-hand"]);

/** Returns whether an image's captions also hold for its mirror image. */
export function mayFlip(captions: readonly (readonly string[])[]): boolean {
  return !captions.some((words) => words.some((word) => SIDE_WORDS.has(word)));
}

/**
 * Crops, mirrors and recolours a batch of images, each by its own random draws.
 *
 * @param images - `[N, H, W, 3]`, 0 to 255.
 * @param imageDraws - one for each image.
 * @returns `[N, H, W, 3]`, 0 to 255.
 */
export function augment(
  tf: TensorFlow,
  images: tfTypes.Tensor4D,
  imageDraws: readonly ImageDraw[],
  augmentation: Augmentation,
): tfTypes.Tensor4D {
  return tf.tidy(() => {
    const [count, height, width] = images.shape;
    const draws = imageDraws.map(({ key }) => uniformDraws(drawKey(key, "augment"), 7));
    const boxes = draws.map((own, index) =>
      cropBox(own, imageDraws[index]?.flippable === true, augmentation),
    );
    const cropped = tf.image.cropAndResize(
      images,
      tf.tensor2d(boxes, [count, 4]),
      tf.range(0, count, 1, "int32") as tfTypes.Tensor1D,
      [height, width],
    );
    if (augmentation.colour === 0) return cropped;
    return recolour(tf, cropped, draws, augmentation.colour);
  });
}

/**
 * Returns `[y1, x1, y2, x2]` as fractions of the image; x1 > x2 mirrors it. Both sides shrink by the same
 * factor, which keeps the proportions.
 */
function cropBox(
  draws: Float32Array,
  flippable: boolean,
  augmentation: Augmentation,
): [number, number, number, number] {
  const draw = (index: number) => draws[index] ?? 0;
  const side = augmentation.smallestCrop + (1 - augmentation.smallestCrop) * draw(0);
  const top = (1 - side) * draw(1);
  const left = (1 - side) * draw(2);
  const flip = flippable && draw(3) < augmentation.flip;
  return flip ? [top, left + side, top + side, left] : [top, left, top + side, left + side];
}

/**
 * Changes the saturation, then the contrast, then the brightness of each image, each by a factor that
 * is drawn from `1 - strength` to `1 + strength`.
 *
 * @param draws - `[N, 7]`, of which the last three are used.
 */
function recolour(
  tf: TensorFlow,
  images: tfTypes.Tensor4D,
  draws: readonly Float32Array[],
  strength: number,
): tfTypes.Tensor4D {
  const factors = (index: number) =>
    tf.tensor4d(
      draws.map((own) => 1 + strength * (2 * (own[index] ?? 0.5) - 1)),
      [draws.length, 1, 1, 1],
    );
  const grey = tf.mean(images, 3, true);
  const saturated = tf.add(grey, tf.mul(tf.sub(images, grey), factors(4)));
  const mean = tf.mean(grey, [1, 2], true);
  const contrasted = tf.add(mean, tf.mul(tf.sub(saturated, mean), factors(5)));
  return tf.clipByValue(tf.mul(contrasted, factors(6)), 0, 255) as tfTypes.Tensor4D;
}
