import { type DrawKey, drawKey, uniformDraws } from "../../core/random-draws.ts";
import { specialTokens, type Vocabulary } from "../../core/vocabulary.ts";
import { sentenceBleu } from "../../metrics/bleu.ts";
import { CiderD } from "../../metrics/cider.ts";
import type { UnrolledNetwork } from "../model/unrolled.ts";
import {
  captionBatch,
  type HumanCaptions,
  humanTargets,
  type WeightedCaption,
} from "./caption-batch.ts";
import type { Objective, WeightedBatch } from "./objective.ts";
import { type SampledCaption, sampleCaptions } from "./sampling.ts";

/** Settings of drawing, rewarding and weighting captions. */
interface SelfCriticalOptions {
  /** Captions drawn for each image; at least 2, as each is compared with the others. */
  readonly samples: number;
  readonly maximumLength: number;
  /** Dropout, of the image features in drawing and of all inputs in the loss. */
  readonly selfCriticalDropout: number;
  /** Weight of a sentence's BLEU-4 in the reward, beside CIDEr-D with weight 1. */
  readonly bleuReward: number;
  /** Weight of the cross-entropy of one human caption for each image, in the loss. */
  readonly humanCaptions: number;
}

/** Rewards a drawn caption of the image at `row`. */
type Reward = (row: number, caption: SampledCaption) => number;

/**
 * Makes the objective of self-critical sequence training (Rennie et al., 2017) on CIDEr-D: drawn
 * captions with a higher reward than the others of their image become more likely, the rest less likely.
 *
 * The baseline of a sample is the mean reward of the image's other samples (Luo, 2020), not the reward
 * of a greedy caption, so no further decoding is needed. The end counts as a word of captions and
 * references: without it a caption that was cut off would score like a complete one.
 *
 * BLEU-4 in the reward and the cross-entropy of human captions in the loss both keep the vocabulary
 * from narrowing to the words that CIDEr-D rewards most often.
 *
 * @param captions - the human captions of the training images.
 */
export function selfCritical(
  network: UnrolledNetwork,
  captions: HumanCaptions,
  vocabulary: Vocabulary,
  options: SelfCriticalOptions,
): Objective {
  const { samples, maximumLength } = options;
  const reward = rewardOf(captions.words, vocabulary, options.bleuReward);
  const humanCaption = humanDraw(humanTargets(captions, vocabulary), options.humanCaptions);
  const startOf = (row: number) => captions.starts[row] ?? specialTokens.start;
  return {
    dropout: options.selfCriticalDropout,
    labelSmoothing: 0,
    batch(rows, encode, context): WeightedBatch {
      const drawn = sampleCaptions(network, encode(), {
        samples,
        maximumLength,
        key: drawKey(context.key, "samples"),
        starts: rows.map(startOf),
        forbidden: vocabulary.unspeakableTokens,
      });
      const weighted = rows.map((row, image) => {
        const own = drawn.slice(image * samples, (image + 1) * samples);
        const advantages = leaveOneOut(own.map((caption) => reward(row, caption)));
        const start = startOf(row);
        return [
          ...own.map((caption, index) => ({ ...caption, start, weight: advantages[index] ?? 0 })),
          ...humanCaption(row, context.key),
        ];
      });
      return { batch: captionBatch(weighted, maximumLength), normaliser: wordsOf(drawn) };
    },
  };
}

/** Counts words, the ends included. */
function wordsOf(captions: readonly SampledCaption[]): number {
  return captions.reduce((sum, { tokens, ended }) => sum + tokens.length + Number(ended), 0);
}

/** Draws one human caption of the image at `row`; none if they have no weight. */
function humanDraw(targets: readonly (readonly WeightedCaption[])[], weight: number) {
  return (row: number, key: DrawKey): WeightedCaption[] => {
    const own = targets[row] ?? [];
    const draw = uniformDraws(drawKey(key, "human", row), 1)[0] ?? 0;
    const caption = own[Math.floor(draw * own.length)];
    return weight > 0 && caption ? [{ ...caption, weight }] : [];
  };
}

/** Returns the reward: CIDEr-D and weighted BLEU-4, with the end as a word. */
function rewardOf(
  words: HumanCaptions["words"],
  vocabulary: Vocabulary,
  bleuWeight: number,
): Reward {
  const end = vocabulary.word(specialTokens.end);
  const references = words.map((captions) => captions.map((caption) => [...caption, end]));
  const cider = new CiderD(references);
  return (row, { tokens, ended }) => {
    const written = (ended ? [...tokens, specialTokens.end] : tokens).map((token) =>
      vocabulary.word(token),
    );
    const own = references[row] ?? [];
    const score = cider.score(written, own);
    return bleuWeight === 0 ? score : score + bleuWeight * sentenceBleu(written, own);
  };
}

/** Subtracts from each value the mean of the others. */
export function leaveOneOut(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value - (sum - value) / (values.length - 1));
}
