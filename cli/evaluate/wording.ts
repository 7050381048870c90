import { type Caption, mean } from "../../metrics/caption.ts";

/** A number of captions and its share of all. */
export interface Share {
  readonly count: number;
  readonly share: number;
}

/** Statistics of the words of captions. */
export interface Wording {
  /** Different captions. */
  readonly distinct: Share;
  /** Captions that are, word for word, those of a training image. */
  readonly copied: Share;
  /** Captions that end in a preposition or an article. */
  readonly unfinished: Share;
  /** Different words in the captions. */
  readonly words: number;
  /** Different words of the captions that a reference of the same image contains. */
  readonly wordsInReferences: number;
  /** In words. */
  readonly meanLength: number;
  readonly referenceMeanLength: number;
}

/**
 * Words that no finished caption ends in. Prepositions that are often adverbs (up, outside, off,
 * around, behind) are not among them.
 */
const UNFINISHED_ENDINGS: ReadonlySet<string> = new Set(
  [
    "a an the",
    "of in on at by for from to into onto upon with without within",
    "against among amongst amid between beneath beside during",
    "toward towards via until till than as like near through across along over under",
    "above below",
  ]
    .join(" ")
    .split(" "),
);

/**
 * Describes the wording of captions.
 *
 * @param trainingCaptions - the captions of all training images.
 */
export function describeWording(
  captions: readonly Caption[],
  references: readonly (readonly Caption[])[],
  trainingCaptions: Iterable<Caption>,
): Wording {
  const known = new Set<string>();
  for (const caption of trainingCaptions) known.add(sentence(caption));
  const shareOf = (count: number): Share => ({ count, share: count / captions.length });
  const sentences = captions.map(sentence);
  return {
    distinct: shareOf(new Set(sentences).size),
    copied: shareOf(sentences.filter((caption) => known.has(caption)).length),
    unfinished: shareOf(captions.filter(isUnfinished).length),
    words: new Set(captions.flat()).size,
    wordsInReferences: countWordsInReferences(captions, references),
    meanLength: mean(captions.map(({ length }) => length)),
    referenceMeanLength: mean(references.flat().map(({ length }) => length)),
  };
}

function countWordsInReferences(
  captions: readonly Caption[],
  references: readonly (readonly Caption[])[],
): number {
  const found = captions.flatMap((caption, index) => {
    const ofImage = new Set(references[index]?.flat());
    return caption.filter((word) => ofImage.has(word));
  });
  return new Set(found).size;
}

function isUnfinished(caption: Caption): boolean {
  return UNFINISHED_ENDINGS.has(caption.at(-1) ?? "");
}

function sentence(caption: Caption): string {
  return caption.join(" ");
}
