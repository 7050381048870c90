import type * as tfTypes from "@tensorflow/tfjs";
import { type DrawKey, drawKey, uniformDraws } from "../../core/random-draws.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";

/** How far pictures are changed while training; all zero leaves them as they are. */
export interface Augmentation {
  /** Crops keep at least this share of each side: 1 crops nothing. */
  readonly smallestCrop: number;
  /** How often a picture is mirrored, 0 to 1; never where its captions tell left from right. */
  readonly flip: number;
  /** Brightness, contrast and saturation are changed by up to this fraction. */
  readonly colour: number;
}

export const noAugmentation: Augmentation = { smallestCrop: 1, flip: 0, colour: 0 };

/** Words that a mirror image would make false. */
const sideWords = new Set(["left", "right", "leftmost", "rightmost", "left-hand", "right-hand"]);

/** Whether a picture may be mirrored under its captions. */
export function mayFlip(captions: readonly (readonly string[])[]): boolean {
  return !captions.some((words) => words.some((word) => sideWords.has(word)));
}

/**
 * Crops, mirrors and recolours a batch of pictures, each in its own way.
 *
 * @param pictures - `[N, H, W, 3]`, 0 to 255.
 * @param flippable - for each picture whether it may be mirrored.
 * @param keys - for each picture, what its draws are a function of.
 * @returns `[N, H, W, 3]`, 0 to 255.
 */
export function augment(
  tf: TensorFlow,
  pictures: tfTypes.Tensor4D,
  flippable: readonly boolean[],
  keys: readonly DrawKey[],
  augmentation: Augmentation,
): tfTypes.Tensor4D {
  return tf.tidy(() => {
    const [count, height, width] = pictures.shape;
    const draws = keys.map((key) => uniformDraws(drawKey(key, "augment"), 7));
    const boxes = draws.map((own, index) => cropBox(own, flippable[index] === true, augmentation));
    const cropped = tf.image.cropAndResize(
      pictures,
      tf.tensor2d(boxes, [count, 4]),
      tf.range(0, count, 1, "int32") as tfTypes.Tensor1D,
      [height, width],
    );
    if (augmentation.colour === 0) return cropped;
    return recolour(tf, cropped, draws, augmentation.colour);
  });
}

/** `[y1, x1, y2, x2]` in fractions; x1 > x2 mirrors. Both sides shrink alike: people stay people. */
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

function recolour(
  tf: TensorFlow,
  pictures: tfTypes.Tensor4D,
  draws: readonly Float32Array[],
  strength: number,
): tfTypes.Tensor4D {
  const factors = (index: number) =>
    tf.tensor4d(
      draws.map((own) => 1 + strength * (2 * (own[index] ?? 0.5) - 1)),
      [draws.length, 1, 1, 1],
    );
  const grey = tf.mean(pictures, 3, true);
  const saturated = tf.add(grey, tf.mul(tf.sub(pictures, grey), factors(4)));
  const middle = tf.mean(grey, [1, 2], true);
  const contrasted = tf.add(middle, tf.mul(tf.sub(saturated, middle), factors(5)));
  return tf.clipByValue(tf.mul(contrasted, factors(6)), 0, 255) as tfTypes.Tensor4D;
}
