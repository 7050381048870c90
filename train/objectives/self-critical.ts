import { type DrawKey, drawKey, uniformDraws } from "../../core/random-draws.ts";
import { specialTokens, type Vocabulary } from "../../core/vocabulary.ts";
import { sentenceBleu } from "../../metrics/bleu.ts";
import { CiderD } from "../../metrics/cider.ts";
import type { UnrolledNetwork } from "../model/unrolled.ts";
import { captionBatch, type StartedCaptions, taughtCaptions } from "./caption-batch.ts";
import type { Lesson, Objective } from "./objective.ts";
import { type SampledCaption, sampleCaptions } from "./sampling.ts";

export interface SelfCriticalOptions {
  /** Captions drawn for each image; at least 2, because each is compared with the others. */
  readonly samples: number;
  readonly maximumLength: number;
  /** Dropout of the image features that captions are drawn from, and of all where they are weighed. */
  readonly selfCriticalDropout: number;
  /** What a sentence's BLEU-4 counts in the reward beside its CIDEr-D. */
  readonly bleuReward: number;
  /** What a word of one human caption an image counts, as cross-entropy, beside the drawn ones. */
  readonly humanCaptions: number;
}

/** Tells how good a drawn caption of the image at `row` is. */
type Reward = (row: number, caption: SampledCaption) => number;

/**
 * Self-critical sequence training (Rennie et al., 2017) on CIDEr-D: captions are drawn, and those
 * that score better than their siblings are made likelier, the others less likely.
 *
 * The baseline of a sample is the mean of the image's other samples (leave one out), which costs no
 * decoding of its own. The end counts as a word of captions and references: otherwise a caption
 * that breaks off scores like one that is whole.
 *
 * The reward may count BLEU-4 as well, and one human caption an image may be taught beside the drawn
 * ones: both work against a vocabulary that narrows to the words that CIDEr-D rewards most often.
 *
 * @param captions - the training captions as words, image by image.
 */
export function selfCritical(
  network: UnrolledNetwork,
  captions: StartedCaptions,
  vocabulary: Vocabulary,
  options: SelfCriticalOptions,
): Objective {
  const { samples, maximumLength, humanCaptions } = options;
  const reward = rewardOf(captions.words, vocabulary, options.bleuReward);
  const human = taughtCaptions(captions, vocabulary);
  const startOf = (row: number) => captions.starts[row] ?? specialTokens.start;

  const drawnHuman = (row: number, key: DrawKey) => {
    const own = human[row] ?? [];
    const draw = uniformDraws(drawKey(key, "human", row), 1)[0] ?? 0;
    const caption = own[Math.floor(draw * own.length)];
    return humanCaptions > 0 && caption ? [{ ...caption, weight: humanCaptions }] : [];
  };

  return {
    dropout: options.selfCriticalDropout,
    labelSmoothing: 0,
    lesson(rows, encode, context): Lesson {
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
          ...drawnHuman(row, context.key),
        ];
      });
      const counted = drawn.reduce(
        (sum, { tokens, ended }) => sum + tokens.length + Number(ended),
        0,
      );
      return { batch: captionBatch(weighted, maximumLength), normaliser: counted };
    },
  };
}

/** CIDEr-D and a share of BLEU-4; the end counts as a word. */
function rewardOf(
  words: StartedCaptions["words"],
  vocabulary: Vocabulary,
  bleuShare: number,
): Reward {
  const end = vocabulary.word(specialTokens.end);
  const references = words.map((captions) => captions.map((caption) => [...caption, end]));
  const cider = new CiderD(references);
  return (row, { tokens, ended }) => {
    const spoken = (ended ? [...tokens, specialTokens.end] : tokens).map((token) =>
      vocabulary.word(token),
    );
    const own = references[row] ?? [];
    const score = cider.score(spoken, own);
    return bleuShare === 0 ? score : score + bleuShare * sentenceBleu(spoken, own);
  };
}

/** Each value less the mean of the others. */
export function leaveOneOut(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value - (sum - value) / (values.length - 1));
}
