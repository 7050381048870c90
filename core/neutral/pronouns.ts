import type { NeutralWord } from "./neutral-word.ts";
import { functionWords } from "./words.ts";

const PRONOUNS: ReadonlyMap<string, string> = new Map([
  ["he", "they"],
  ["she", "they"],
  ["him", "them"],
  ["his", "their"],
  ["hers", "theirs"],
  ["himself", "themselves"],
  ["herself", "themselves"],
]);

const VERBS: ReadonlyMap<string, string> = new Map([
  ["is", "are"],
  ["'s", "'re"],
  ["was", "were"],
  ["has", "have"],
  ["does", "do"],
  ["goes", "go"],
]);

/** Replaces gendered pronouns, and the verb after "he" or "she" by its plural. */
export function replacePronouns(words: readonly NeutralWord[]): NeutralWord[] {
  return words.map((word, index) => {
    const last = words[index - 1];
    // "He runs and jumps": the second verb has the same subject.
    const isSecondVerb = last?.word === "and" && isSubject(words[index - 3]);
    if (isSubject(last) || isSecondVerb) return { ...word, word: pluralVerb(word.word) };
    return { ...word, word: pronounFor(word.word, words[index + 1]?.word) };
  });
}

function isSubject(word: NeutralWord | undefined): boolean {
  return word?.word === "he" || word?.word === "she";
}

/** "Her" is "their" before a noun phrase, and else "them". */
function pronounFor(word: string, next: string | undefined): string {
  if (word !== "her") return PRONOUNS.get(word) ?? word;
  const isObject = next === undefined || functionWords.has(next) || next === "a" || next === "the";
  return isObject ? "them" : "their";
}

/** Returns the plural of a verb in the third person singular; other words as they are. */
function pluralVerb(verb: string): string {
  const irregular = VERBS.get(verb);
  if (irregular) return irregular;
  if (!verb.endsWith("s") || verb.endsWith("ss")) return verb;
  if (verb.endsWith("ies")) return `${verb.slice(0, -3)}y`;
  return /(ch|sh|ss|x|zz)es$/.test(verb) ? verb.slice(0, -2) : verb.slice(0, -1);
}
