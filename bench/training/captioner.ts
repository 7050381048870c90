import type * as tfTypes from "@tensorflow/tfjs";
import { Vocabulary } from "../../core/vocabulary.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import type { StageName } from "../../run-files/stage-names.ts";
import type { TrainingOperations } from "../../train/backend/operations.ts";
import { noAugmentation } from "../../train/features/augment.ts";
import type { PictureSource } from "../../train/features/source.ts";
import { loadBundleBackbone } from "../../train/model/bundle-backbone.ts";
import { buildNetwork } from "../../train/model/network.ts";
import { UnrolledNetwork } from "../../train/model/unrolled.ts";
import { taughtCaptions } from "../../train/objectives/caption-batch.ts";
import { selfCritical } from "../../train/objectives/self-critical.ts";
import { teacherForcing } from "../../train/objectives/teacher-forcing.ts";
import { StageTrainer } from "../../train/stage-trainer.ts";
import type { Stage } from "../../train/stages.ts";

/** Of the released model: images a batch, captions an image, words that are known. */
export const batchSize = 16;
const captionsPerImage = 5;
const wordCount = 2539;
const meanLength = 10.8;
const side = 224;

/**
 * A captioner of the released sizes around the bundle's backbone, with captions that are drawn: what
 * the numbers are does not matter to the time.
 */
export async function benchCaptioner(
  tf: TensorFlow,
  operations: TrainingOperations,
  bundle: string,
) {
  const backbone = await loadBundleBackbone(tf, bundle, undefined);
  const words = drawnCaptions();
  const vocabulary = Vocabulary.count(words.flat(), 1);
  const network = await buildNetwork(tf, backbone, {
    kind: "attention",
    vocabularySize: vocabulary.size,
    embeddingSize: 512,
    units: 512,
    featureSize: 512,
    attentionSize: 256,
    tied: true,
    seed: 1,
  });
  const unrolled = new UnrolledNetwork(tf, operations, network);
  const captions = { words, starts: words.map(() => vocabulary.startToken()) };

  /** The trainer of a stage, with the inputs that it takes. */
  function trainer(name: StageName, inputs: tfTypes.Tensor4D): StageTrainer {
    const rewarded = name === "self-critical";
    const stage: Stage = {
      name,
      objective: rewarded ? "self-critical" : "teacher-forcing",
      epochs: 1,
      from: name === "fine-tune" ? "image" : network.featureLayer,
      rate: 1e-5,
      backboneFactor: name === "fine-tune" ? 1 : 0,
      augmentation: noAugmentation,
      views: 1,
    };
    const objective = rewarded
      ? selfCritical(unrolled, captions, vocabulary, {
          samples: captionsPerImage,
          maximumLength: 16,
          selfCriticalDropout: 0,
          bleuReward: 0,
          humanCaptions: 0,
        })
      : teacherForcing(unrolled, taughtCaptions(captions, vocabulary), {
          dropout: 0.5,
          labelSmoothing: 0.1,
          scheduledSampling: 0,
          teachLength: 20,
          forbidden: vocabulary.unspeakableTokens,
        });
    const source: PictureSource = { whole: () => inputs.clone(), augmented: () => inputs.clone() };
    const settings = {
      stage,
      seed: 1,
      batchSize,
      clipNorm: 5,
      weightDecay: 0,
      averageDecay: 0.999,
      warmUp: 0,
      doublyStochastic: 0,
      sets: [{ name: "drawn", weight: 1, first: 0, count: batchSize }],
    };
    return new StageTrainer(unrolled, settings, objective, source);
  }
  return { backbone, trainer };
}

/** Pictures of a batch, 0 to 255. */
export function pictures(tf: TensorFlow, count: number): tfTypes.Tensor4D {
  return tf.randomUniform([count, side, side, 3], 0, 255, "float32", 1) as tfTypes.Tensor4D;
}

/** Captions of Flickr8k's length, of more images than a batch has: so many that every word occurs. */
function drawnCaptions(): string[][][] {
  let next = 0;
  const word = () => `word${next++ % wordCount}`;
  return Array.from({ length: batchSize * captionsPerImage }, (_, image) =>
    Array.from({ length: captionsPerImage }, (_, caption) =>
      Array.from({ length: Math.round(meanLength - 2 + ((image + caption) % 5)) }, word),
    ),
  );
}
