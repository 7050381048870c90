import { tokenizeCaption } from "../metrics/ptb-tokenizer.ts";

/** Splits a caption into the words of the measures: Penn Treebank, lower case, no punctuation. */
export function captionWords(caption: string): string[] {
  return [...tokenizeCaption(caption)];
}

/** A Latin letter outside of an entity such as `&quot;`: it begins a word. */
const LATIN_WORD = /(?<!&)\b[a-z]/i;

/**
 * Returns whether a caption has a word. Captions of punctuation alone teach nothing, and no measure is
 * defined for an image without other references.
 */
export function hasWords(caption: string): boolean {
  // Tokenising takes 0.1 ms, and a data set may have half a million captions.
  return LATIN_WORD.test(caption) || captionWords(caption).length > 0;
}
