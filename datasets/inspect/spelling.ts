import american from "dictionary-en";
import british from "dictionary-en-gb";
import nspell from "nspell";

/** A word that no dictionary has, with the word that is likely meant. */
export interface Misspelling {
  readonly word: string;
  readonly count: number;
  readonly meant: string;
  readonly meantCount: number;
}

export interface Spelling {
  readonly misspellings: readonly Misspelling[];
  /** What the dictionaries lack, and nothing near says what is meant. */
  readonly unknown: readonly { readonly word: string; readonly count: number }[];
}

/** Shorter words are too near to too many others. */
const shortestWord = 4;
/** A misspelling is rarer than what is meant, by so much at least. */
const timesRarer = 10;
/** What is meant occurs this often at least. */
const meantCount = 5;

const letters = [..."abcdefghijklmnopqrstuvwxyz"];

/**
 * Looks for misspelt English words: those that neither an American nor a British dictionary has, and
 * that are one edit away from a word that both a dictionary and, much more often, the captions have.
 *
 * A dictionary alone would not do: it lacks `wetsuit` and `bmx`, and its own suggestions for a word
 * are what is spelt alike, not what people write about pictures.
 */
export function checkSpelling(counts: ReadonlyMap<string, number>): Spelling {
  const dictionaries = [nspell(dictionaryOf(american)), nspell(dictionaryOf(british))];
  // Captions are compared in lower case: names are in the dictionaries with a capital.
  const spellings = (word: string) => [word, capitalised(word), word.toUpperCase()];
  const isKnown = (word: string) =>
    spellings(word).some((spelling) => dictionaries.some((it) => it.correct(spelling)));
  const strangers = [...counts]
    .filter(([word]) => /^[a-z]+$/.test(word) && word.length >= shortestWord && !isKnown(word))
    .map(([word, count]) => ({ word, count }))
    .toSorted((one, other) => other.count - one.count);
  const judged = strangers.map((stranger) => ({
    ...stranger,
    meant: likelyMeant(stranger, counts, isKnown),
  }));
  return {
    misspellings: judged.flatMap(({ word, count, meant }) =>
      meant === undefined ? [] : [{ word, count, meant, meantCount: counts.get(meant) ?? 0 }],
    ),
    unknown: judged.flatMap(({ word, count, meant }) =>
      meant === undefined ? [{ word, count }] : [],
    ),
  };
}

function likelyMeant(
  { word, count }: { readonly word: string; readonly count: number },
  counts: ReadonlyMap<string, number>,
  isKnown: (word: string) => boolean,
): string | undefined {
  const often = Math.max(meantCount, timesRarer * count);
  const candidates = oneEditAway(word).filter((near) => (counts.get(near) ?? 0) >= often);
  return candidates
    .toSorted((one, other) => (counts.get(other) ?? 0) - (counts.get(one) ?? 0))
    .find(isKnown);
}

/** All words with a letter more, less or another, or two neighbours exchanged (Damerau). */
function oneEditAway(word: string): string[] {
  const near = new Set<string>();
  for (let at = 0; at <= word.length; at++) {
    const [head, tail] = [word.slice(0, at), word.slice(at)];
    near.add(head + tail.slice(1));
    near.add(head + tail.slice(1, 2) + tail.slice(0, 1) + tail.slice(2));
    for (const letter of letters) {
      near.add(head + letter + tail);
      near.add(head + letter + tail.slice(1));
    }
  }
  return [...near];
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function dictionaryOf({ aff, dic }: { readonly aff: Uint8Array; readonly dic: Uint8Array }) {
  return { aff: Buffer.from(aff), dic: Buffer.from(dic) };
}
