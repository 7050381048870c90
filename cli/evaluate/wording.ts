import { type Caption, mean } from "../../metrics/caption.ts";

/** A number of captions and its share of all. */
export interface Share {
  readonly count: number;
  readonly share: number;
}

/** How captions are worded, whether they fit their images or not. */
export interface Wording {
  /** Different captions. */
  readonly distinct: Share;
  /** Captions that some training image has, word for word. */
  readonly copied: Share;
  /** Captions that break off at a preposition or an article. */
  readonly unfinished: Share;
  /** Different words used. */
  readonly words: number;
  /** In words. */
  readonly meanLength: number;
  readonly referenceMeanLength: number;
}

/**
 * Words that want another after them. Prepositions that are as often adverbs (up, outside, off,
 * around, behind) end good captions too and are not listed.
 */
export const unfinishedEndings: ReadonlySet<string> = new Set(
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

/** @param trainingCaptions every caption that was trained on. */
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
    meanLength: mean(captions.map(({ length }) => length)),
    referenceMeanLength: mean(references.flat().map(({ length }) => length)),
  };
}

function isUnfinished(caption: Caption): boolean {
  return unfinishedEndings.has(caption.at(-1) ?? "");
}

function sentence(caption: Caption): string {
  return caption.join(" ");
}
