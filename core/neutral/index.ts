import { mendArticles } from "./articles.ts";
import { joinPeople } from "./join-people.ts";
import type { NeutralWord } from "./neutral-word.ts";
import { replaceNouns } from "./nouns.ts";
import { replacePronouns } from "./pronouns.ts";

export type { NeutralWord } from "./neutral-word.ts";

/**
 * Rewrites a caption without genders: "person" and "child" for man, woman, boy and girl, "their" for
 * his and her, "two people" for "a man and a woman".
 *
 * @param words - the decoder's words: lower case, Penn Treebank tokens.
 * @returns the new words. Every index of `words` is in the `from` of exactly one of them.
 */
export function neutralise(words: readonly string[]): NeutralWord[] {
  const unchanged = words.map((word, index): NeutralWord => ({ word, from: [index] }));
  const neutral = joinPeople(replaceNouns(unchanged));
  return mendArticles(replacePronouns(neutral), words);
}
