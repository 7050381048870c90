import { merged, type NeutralWord } from "./neutral-word.ts";
import { describedByNoun, functionWords, neutralNouns, nounsOfAge } from "./words.ts";

/** Replaces gendered nouns, and merges gendered adjectives into the noun that follows. */
export function replaceNouns(words: readonly NeutralWord[]): NeutralWord[] {
  const replaced: NeutralWord[] = [];
  for (let index = 0; index < words.length; index++) {
    const [first, second] = [words[index], words[index + 1]];
    if (!first) continue;
    const pair = second && pairOf(first, second);
    if (pair) {
      replaced.push(pair);
      index++;
    } else {
      replaced.push(singleOf(first, second));
    }
  }
  return replaced;
}

function singleOf(first: NeutralWord, second: NeutralWord | undefined): NeutralWord {
  const noun = neutralNouns.get(first.word);
  if (!noun || (second && describedByNoun.has(second.word))) return first;
  return { ...first, word: noun.word, noun };
}

/** Returns the one word for two, or undefined if they stay apart. */
function pairOf(first: NeutralWord, second: NeutralWord): NeutralWord | undefined {
  const noun = neutralNouns.get(second.word);
  const [singular, plural] = nounsOfAge.get(first.word) ?? [];
  const isChild = noun?.word === "child" || noun?.word === "children";
  if (singular && plural && isChild) {
    const word = noun.isPlural ? plural : singular;
    return { ...merged(word, [first, second]), noun: { word, isPlural: noun.isPlural } };
  }
  if (!isDescription(first.word, second.word)) return undefined;
  const word = noun?.word ?? second.word;
  return { ...merged(word, [first, second]), ...(noun ? { noun } : {}) };
}

/** Tells whether the first word only describes the second: "female athlete", "girl scouts". */
function isDescription(first: string, second: string): boolean {
  if (first === "boy" || first === "girl") return second === "scout" || second === "scouts";
  if (first !== "male" && first !== "female") return false;
  return !functionWords.has(second) && !second.endsWith("ing");
}
