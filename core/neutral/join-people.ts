import { merged, type NeutralWord } from "./neutral-word.ts";
import { adjectives, COUNTS, pluralOf } from "./words.ts";

/** A noun phrase with a neutral noun, such as "two young people". */
interface Phrase {
  readonly determiner?: NeutralWord;
  readonly adjectives: readonly NeutralWord[];
  readonly noun: NeutralWord;
  /** The index after it. */
  readonly end: number;
}

/** Phrases of the same people one after the other, such as "a person and a person". */
interface Chain {
  readonly phrases: readonly Phrase[];
  readonly conjunctions: readonly NeutralWord[];
  readonly end: number;
}

const AGREEING: ReadonlyMap<string, string> = new Map([
  ["is", "are"],
  ["was", "were"],
  ["has", "have"],
]);

/** Joins "a person and a person", which were a man and a woman, into "two people". */
export function joinPeople(words: readonly NeutralWord[]): NeutralWord[] {
  const joined: NeutralWord[] = [];
  for (let index = 0; index < words.length; ) {
    const chain = chainAt(words, index);
    const group = chain && groupOf(chain);
    const end = group ? chain.end : (phraseAt(words, index)?.end ?? index + 1);
    joined.push(...(group ?? words.slice(index, end)));
    index = end;
    const verb = words[end];
    const agreeing = group && verb && AGREEING.get(verb.word);
    if (!agreeing) continue;
    joined.push({ ...verb, word: agreeing });
    index++;
  }
  return joined;
}

function chainAt(words: readonly NeutralWord[], start: number): Chain | undefined {
  const first = phraseAt(words, start);
  if (!first) return undefined;
  const phrases = [first];
  const conjunctions: NeutralWord[] = [];
  let { end } = first;
  for (;;) {
    const conjunction = words[end]?.word === "and" ? words[end] : undefined;
    const next = phraseAt(words, end + (conjunction ? 1 : 0));
    if (!next || !isLike(first, next)) break;
    // Captions have no commas: "a person a person and a dog" is a list as well.
    if (!conjunction && words[next.end]?.word !== "and") break;
    if (conjunction) conjunctions.push(conjunction);
    phrases.push(next);
    end = next.end;
  }
  return phrases.length > 1 ? { phrases, conjunctions, end } : undefined;
}

function phraseAt(words: readonly NeutralWord[], start: number): Phrase | undefined {
  const determiner = words[start];
  const hasDeterminer = determiner !== undefined && isDeterminer(determiner.word);
  let end = start + (hasDeterminer ? 1 : 0);
  const found: NeutralWord[] = [];
  for (let word = words[end]; word && adjectives.has(word.word); word = words[++end]) {
    found.push(word);
  }
  const noun = words[end];
  if (!noun?.noun) return undefined;
  return { ...(hasDeterminer ? { determiner } : {}), adjectives: found, noun, end: end + 1 };
}

function isDeterminer(word: string): boolean {
  return word === "a" || word === "an" || word === "the" || COUNTS.includes(word);
}

/** Tells whether a phrase names the same kind of people, described by the same adjectives or none. */
function isLike(first: Phrase, next: Phrase): boolean {
  if (pluralOf.get(first.noun.word) !== pluralOf.get(next.noun.word)) return false;
  const describe = ({ adjectives: found }: Phrase) => found.map(({ word }) => word).join(" ");
  return isBare(next) || describe(first) === describe(next);
}

function isBare(phrase: Phrase): boolean {
  return phrase.determiner === undefined && phrase.adjectives.length === 0;
}

/** Returns the words for all people of a chain, or undefined if there are more than ten. */
function groupOf({ phrases, conjunctions }: Chain): NeutralWord[] | undefined {
  const [first] = phrases;
  const noun = pluralOf.get(first?.noun.word ?? "");
  if (!first || !noun) return undefined;
  const counts = phrases.map((phrase, index) =>
    index > 0 ? furtherCount(phrase, first) : countOf(phrase),
  );
  const isCounted = counts.every((count) => count !== undefined);
  const total = counts.reduce((sum: number, count) => sum + (count ?? 0), 0);
  const count = COUNTS[total];
  if (isCounted && count === undefined) return undefined;

  const [the, ...others] = phrases.flatMap(({ determiner }) => determiner ?? []);
  const isDefinite = the?.word === "the" && first.determiner === the;
  const rest = [...(isDefinite || !the ? [] : [the]), ...others, ...conjunctions];
  const nouns = phrases.map((phrase) => phrase.noun);
  const described = first.adjectives.map(({ word }, position) =>
    merged(
      word,
      phrases.flatMap((phrase) => phrase.adjectives[position] ?? []),
    ),
  );
  const article = isDefinite ? [the] : [];
  if (!isCounted || count === undefined) {
    return [...article, ...described, people(noun, [...rest, ...nouns])];
  }
  const [firstNoun, ...otherNouns] = nouns;
  if (rest.length > 0 || !firstNoun) {
    return [...article, merged(count, rest), ...described, people(noun, nouns)];
  }
  return [...article, merged(count, [firstNoun]), ...described, people(noun, otherNouns)];
}

function people(word: string, parts: readonly NeutralWord[]): NeutralWord {
  return { ...merged(word, parts), noun: { word, isPlural: true } };
}

/** Returns how many people a phrase adds: of "two men and women", the second adds none. */
function furtherCount(phrase: Phrase, first: Phrase): number | undefined {
  const isIncluded = isBare(phrase) && phrase.noun.noun?.isPlural && (countOf(first) ?? 0) > 1;
  return isIncluded ? 0 : countOf(phrase);
}

/** Returns how many people a phrase names; undefined for a plural without a number. */
function countOf({ determiner, noun }: Phrase): number | undefined {
  const count = COUNTS.indexOf(determiner?.word ?? "");
  if (count >= 0) return count;
  return noun.noun?.isPlural ? undefined : 1;
}
