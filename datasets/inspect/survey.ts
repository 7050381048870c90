import { captionWords } from "../captions.ts";
import type { CaptionedImage } from "../dataset.ts";

/** A caption with its image. */
export interface SurveyedCaption {
  readonly image: string;
  readonly caption: string;
  /** In Penn Treebank words, as training counts them. */
  readonly length: number;
}

/** Counts over all captions, made in one pass without keeping their words. */
export interface Survey {
  readonly captions: readonly SurveyedCaption[];
  /** How often each word occurs. */
  readonly counts: ReadonlyMap<string, number>;
  /** The first caption with each word. */
  readonly firstUse: ReadonlyMap<string, SurveyedCaption>;
  /** The images of each caption that several have, by the caption's words. */
  readonly repeated: ReadonlyMap<string, readonly string[]>;
}

/** Counts captions and their words. */
export function surveyCaptions(images: readonly CaptionedImage[]): Survey {
  const captions: SurveyedCaption[] = [];
  const counts = new Map<string, number>();
  const firstUse = new Map<string, SurveyedCaption>();
  const sameWords = new Map<string, string[]>();
  for (const { id, captions: ofImage } of images) {
    for (const caption of ofImage) {
      const words = captionWords(caption);
      const surveyed = { image: id, caption, length: words.length };
      captions.push(surveyed);
      for (const word of words) {
        const count = counts.get(word) ?? 0;
        if (count === 0) firstUse.set(word, surveyed);
        counts.set(word, count + 1);
      }
      noteUse(sameWords, words.join(" "), id);
    }
  }
  const repeated = new Map([...sameWords].filter(([, { length }]) => length > 1));
  return { captions, counts, firstUse, repeated };
}

/** Notes an image with a caption; an image with the same caption twice counts once. */
function noteUse(uses: Map<string, string[]>, words: string, image: string): void {
  const images = uses.get(words);
  if (images === undefined) uses.set(words, [image]);
  else if (images.at(-1) !== image) images.push(image);
}
