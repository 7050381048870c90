import { type Bleu, bleu } from "./bleu.ts";
import type { Caption, Score } from "./caption.ts";
import { cider } from "./cider.ts";
import { rougeL } from "./rouge.ts";

/** The measures' names, in the order in which tables print them. */
export const measureNames = ["BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-L", "CIDEr-D"] as const;

export type MeasureName = (typeof measureNames)[number];

export interface Measures {
  readonly corpus: Readonly<Record<MeasureName, number>>;
  readonly bleu: Bleu;
  readonly rougeL: Score;
  readonly cider: Score;
}

/**
 * Scores one candidate an image against that image's references.
 *
 * @param candidates tokens of one caption an image.
 * @param references tokens of at least one caption an image, in the same order.
 * @throws RangeError when the two are not of one length, or an image has no reference.
 */
export function measure(
  candidates: readonly Caption[],
  references: readonly (readonly Caption[])[],
): Measures {
  const bleuScores = bleu(candidates, references);
  const rougeScores = rougeL(candidates, references);
  const ciderScores = cider(candidates, references);
  const [bleu1, bleu2, bleu3, bleu4] = bleuScores.corpus;
  return {
    corpus: {
      "BLEU-1": bleu1,
      "BLEU-2": bleu2,
      "BLEU-3": bleu3,
      "BLEU-4": bleu4,
      "ROUGE-L": rougeScores.corpus,
      "CIDEr-D": ciderScores.corpus,
    },
    bleu: bleuScores,
    rougeL: rougeScores,
    cider: ciderScores,
  };
}
