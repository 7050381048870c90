import type * as tfTypes from "@tensorflow/tfjs";
import type { DecoderKind } from "../../../core/bundle/manifest.ts";
import { Vocabulary } from "../../../core/vocabulary.ts";
import type { ImageSource } from "../../../train/features/image-source.ts";
import { type ImageState, UnrolledNetwork } from "../../../train/model/unrolled.ts";
import { humanTargets } from "../../../train/objectives/caption-batch.ts";
import type { Objective } from "../../../train/objectives/objective.ts";
import { StageTrainer } from "../../../train/stage-trainer.ts";
import type { Stage } from "../../../train/stages.ts";
import { tf } from "../../support/tensorflow.ts";
import { operations, randomTensor, tinyNetwork } from "../support.ts";

/** The human captions of the four images of these tests. */
export const words = [
  [
    ["red", "dog", "runs"],
    ["a", "dog", "runs"],
  ],
  [
    ["green", "cat", "sleeps"],
    ["a", "cat", "sleeps", "there"],
  ],
  [
    ["red", "cat", "runs"],
    ["cat", "runs"],
  ],
  [
    ["green", "dog", "sleeps"],
    ["a", "green", "dog"],
  ],
];
export const vocabulary = Vocabulary.count(words.flat(), 1);
/** Without styles. */
export const split = { words, starts: words.map(() => vocabulary.startToken()) };
export const captions = humanTargets(split, vocabulary);
export const rows = [...words.keys()];

/** Builds a tiny captioner; four grids of noise take the place of its backbone's features. */
export async function tinyCaptioner(kind: DecoderKind = "lstm") {
  const network = await tinyNetwork(kind, { vocabularySize: vocabulary.size });
  const unrolled = new UnrolledNetwork(tf, operations(), network);
  const grids = randomTensor([words.length, 2, 2, 64], "grids", 2) as tfTypes.Tensor4D;
  const encode = (): ImageState => unrolled.imageState(grids);
  return { network, unrolled, grids, encode };
}

/** Makes a trainer of everything but the backbone, on the four images at once. */
export function headTrainer(
  unrolled: UnrolledNetwork,
  grids: tfTypes.Tensor4D,
  objective: Objective,
  settings: { rate: number; epochs: number; doublyStochastic?: number },
): StageTrainer {
  const stage: Stage = {
    name: "frozen",
    objective: "teacher-forcing",
    epochs: settings.epochs,
    from: unrolled.layers.featureLayer,
    rate: settings.rate,
    backboneFactor: 0,
    augmentation: { smallestCrop: 1, flip: 0, colour: 0 },
    views: 1,
  };
  const whole = (wanted: readonly number[]) =>
    tf.gather(grids, tf.tensor1d([...wanted], "int32")) as tfTypes.Tensor4D;
  const source: ImageSource = { whole, augmented: whole };
  const fixed = {
    stage,
    seed: 1,
    batchSize: words.length,
    clipNorm: 5,
    weightDecay: 0,
    averageDecay: 0,
    warmUp: 0,
    doublyStochastic: settings.doublyStochastic ?? 0,
    sets: [{ name: "tiny", weight: 1, first: 0, count: words.length }],
  };
  return new StageTrainer(unrolled, fixed, objective, source);
}
