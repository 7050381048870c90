import { drawKey } from "../../core/random-draws.ts";
import { specialTokens, type Vocabulary } from "../../core/vocabulary.ts";
import { CiderD } from "../../metrics/cider.ts";
import type { UnrolledNetwork } from "../model/unrolled.ts";
import { captionBatch } from "./caption-batch.ts";
import type { Lesson, Objective } from "./objective.ts";
import { type SampledCaption, sampleCaptions } from "./sampling.ts";

export interface SelfCriticalOptions {
  /** Captions drawn for each image; at least 2, because each is compared with the others. */
  readonly samples: number;
  readonly maximumLength: number;
  /** Dropout of the image features that captions are drawn from, and of all where they are weighed. */
  readonly selfCriticalDropout: number;
}

/**
 * Self-critical sequence training (Rennie et al., 2017) on CIDEr-D: captions are drawn, and those
 * that score better than their siblings are made likelier, the others less likely.
 *
 * The baseline of a sample is the mean of the image's other samples (leave one out), which costs no
 * decoding of its own. The end counts as a word of captions and references: otherwise a caption
 * that breaks off scores like one that is whole.
 *
 * @param words - the training captions as words, image by image.
 */
export function selfCritical(
  network: UnrolledNetwork,
  words: readonly (readonly (readonly string[])[])[],
  vocabulary: Vocabulary,
  options: SelfCriticalOptions,
): Objective {
  const end = vocabulary.word(specialTokens.end);
  const references = words.map((captions) => captions.map((caption) => [...caption, end]));
  const scorer = new CiderD(references);

  const reward = (row: number, caption: SampledCaption) => {
    const tokens = caption.ended ? [...caption.tokens, specialTokens.end] : caption.tokens;
    return scorer.score(
      tokens.map((token) => vocabulary.word(token)),
      references[row] ?? [],
    );
  };

  return {
    dropout: options.selfCriticalDropout,
    labelSmoothing: 0,
    lesson(rows, encode, context): Lesson {
      const { samples, maximumLength } = options;
      const sampling = { samples, maximumLength, key: drawKey(context.key, "samples") };
      const drawn = sampleCaptions(network, encode(), sampling);
      const weighted = rows.map((row, image) => {
        const own = drawn.slice(image * samples, (image + 1) * samples);
        const advantages = leaveOneOut(own.map((caption) => reward(row, caption)));
        return own.map((caption, index) => ({ ...caption, weight: advantages[index] ?? 0 }));
      });
      const counted = drawn.reduce(
        (sum, { tokens, ended }) => sum + tokens.length + Number(ended),
        0,
      );
      return { batch: captionBatch(weighted, maximumLength), normaliser: counted };
    },
  };
}

/** Each value less the mean of the others. */
export function leaveOneOut(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value - (sum - value) / (values.length - 1));
}
