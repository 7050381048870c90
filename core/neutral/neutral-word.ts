import type { NeutralNoun } from "./words.ts";

/** A word of a rewritten caption. */
export interface NeutralWord {
  readonly word: string;
  /** Indices of the decoder's words that it stands for; at least one. */
  readonly from: readonly number[];
  /** Present if the word is a neutral noun that replaces a gendered one. */
  readonly noun?: NeutralNoun;
}

/** Makes one word that stands for several. */
export function merged(word: string, parts: readonly NeutralWord[]): NeutralWord {
  return { word, from: parts.flatMap(({ from }) => from) };
}
