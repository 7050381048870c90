import type * as tfTypes from "@tensorflow/tfjs";
import type { DecoderKind } from "../../core/bundle/manifest.ts";
import { drawKey, uniformDraws } from "../../core/random-draws.ts";
import { nativeOperations, useNativeOperations } from "../../train/backend/native-operations.ts";
import { portableOperations, type TrainingOperations } from "../../train/backend/operations.ts";
import { smallBackbone } from "../../train/model/backbone/small-backbone.ts";
import { buildNetwork, type CaptionNetwork } from "../../train/model/network.ts";
import { modelVariables } from "../../train/model/weights.ts";
import { native, tf } from "../support/tensorflow.ts";

/** Returns the operations of the backend that the tests run on. */
export function operations(): TrainingOperations {
  if (!native) return portableOperations(tf);
  useNativeOperations(tf);
  return nativeOperations(tf);
}

/** Side of the tiny networks' images, in pixels. */
export const tinySide = 16;

/** Builds a captioner as small as possible in which no two sizes are equal. */
export function tinyNetwork(
  kind: DecoderKind,
  { tied = false, vocabularySize = 9 } = {},
): Promise<CaptionNetwork> {
  return buildNetwork(tf, smallBackbone(tf, tinySide, 1), {
    kind,
    vocabularySize,
    embeddingSize: 5,
    units: 6,
    featureSize: 7,
    attentionSize: 4,
    tied,
    seed: 3,
  });
}

/** Draws all weights, biases too: zeros would hide weights that a computation leaves out. */
export function randomiseWeights(network: CaptionNetwork): void {
  for (const model of [network.encoder, network.decoder]) {
    for (const [name, variable] of modelVariables(model)) {
      variable.assign(randomTensor(variable.shape, name, 0.8));
    }
  }
}

/** Draws uniform numbers between -size and size, the same for the same purpose. */
export function randomTensor(shape: number[], purpose: string, size = 1): tfTypes.Tensor {
  const count = shape.reduce((product, length) => product * length, 1);
  const draws = uniformDraws(drawKey("test", purpose), count);
  return tf.tensor(
    draws.map((draw) => size * (2 * draw - 1)),
    shape,
  );
}

/** Draws images of noise, `[count, side, side, 3]`, 0 to 255. */
export function noiseImages(count: number, side = tinySide): tfTypes.Tensor4D {
  return tf.tidy(() =>
    randomTensor([count, side, side, 3], "pictures").add(1).mul(127.5).round(),
  ) as tfTypes.Tensor4D;
}

/** Returns the largest difference between the numbers of two tensors of the same shape. */
export function largestDifference(a: tfTypes.Tensor, b: tfTypes.Tensor): number {
  if (a.shape.join() !== b.shape.join()) throw new Error(`${a.shape} is not ${b.shape}`);
  return tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0] ?? Number.NaN);
}
