import { tokenizeCaption } from "../metrics/ptb-tokenizer.ts";

/** A caption's words as the measures see them: Penn Treebank, lower case, no punctuation. */
export function captionWords(caption: string): string[] {
  return [...tokenizeCaption(caption)];
}

/** A Latin letter that does not belong to an entity, such as `&quot;`: what it begins is a word. */
const latinWord = /(?<!&)\b[a-z]/i;

/**
 * Whether a caption holds any word. One of punctuation alone does not: nothing can be learnt from it,
 * and no measure is defined for an image that has nothing else.
 */
export function hasWords(caption: string): boolean {
  // Splitting takes 0.1 ms a caption, and a data set has half a million of them.
  return latinWord.test(caption) || captionWords(caption).length > 0;
}
