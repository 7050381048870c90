import { z } from "zod";
import { UserError } from "./errors.ts";

/** The four tokens that are not words; their ids are the same in every vocabulary. */
export const specialTokens = { pad: 0, start: 1, end: 2, unknown: 3 } as const;

/** What stands in `vocabulary.json` for the special tokens, in the order of their ids. */
const specialNames = ["<pad>", "<start>", "<end>", "<unknown>"] as const;

/** `vocabulary.json`: every token in the order of its id, the four special ones first. */
export const vocabularySchema = z
  .array(z.string().min(1))
  .min(specialNames.length + 1)
  .refine((tokens) => specialNames.every((name, id) => tokens[id] === name), {
    error: `a vocabulary begins with ${specialNames.join(", ")}`,
  })
  .refine((tokens) => new Set(tokens).size === tokens.length, {
    error: "a vocabulary holds each token once",
  });

/** Tokens that a caption never contains: they are masked out of the search. */
export const unspeakableTokens: readonly number[] = [
  specialTokens.pad,
  specialTokens.start,
  specialTokens.unknown,
];

/** The words that a captioner knows, each with its token id. */
export class Vocabulary {
  /** All tokens in the order of their ids, special ones included. */
  readonly tokens: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  private constructor(tokens: readonly string[]) {
    this.tokens = tokens;
    this.#ids = new Map(tokens.map((token, id) => [token, id]));
  }

  get size(): number {
    return this.tokens.length;
  }

  /**
   * Makes a vocabulary of the words that occur at least `minimumCount` times, the most frequent
   * first (equal counts alphabetically, so that the same captions always give the same ids).
   */
  static count(captions: Iterable<readonly string[]>, minimumCount: number): Vocabulary {
    const counts = new Map<string, number>();
    for (const words of captions) {
      for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    const words = [...counts]
      .filter(([, count]) => count >= minimumCount)
      .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
      .map(([word]) => word);
    if (words.length === 0) {
      throw new UserError(
        "empty_vocabulary",
        `No word occurs ${minimumCount} times in the captions: lower the minimum count.`,
      );
    }
    return new Vocabulary([...specialNames, ...words]);
  }

  /**
   * Reads what {@link Vocabulary.tokens} wrote.
   *
   * @throws UserError `invalid_vocabulary`
   */
  static parse(json: unknown): Vocabulary {
    const parsed = vocabularySchema.safeParse(json);
    if (!parsed.success) {
      throw new UserError(
        "invalid_vocabulary",
        `The vocabulary is damaged: ${parsed.error.issues[0]?.message ?? ""}.`,
      );
    }
    return new Vocabulary(parsed.data);
  }

  /** Token ids of the words, without start and end; a word not known becomes `unknown`. */
  encode(words: readonly string[]): number[] {
    return words.map((word) => this.#ids.get(word) ?? specialTokens.unknown);
  }

  /** The word behind a token id. */
  word(id: number): string {
    return this.tokens[id] ?? specialNames[specialTokens.unknown];
  }
}

/** Penn Treebank tokens that are written together with the word before them: "it 's", "do n't". */
const joinedToTheWordBefore = /^('(s|m|d|ll|re|ve|t)|n't|'|%)$/;

/**
 * Writes words as a sentence for people: first letter large, a full stop, contractions together.
 *
 * @param words - Penn Treebank tokens in lower case, without punctuation.
 * @returns for `["a", "dog", "'s", "ball"]`: `A dog's ball.`; for no words the empty string.
 */
export function writeSentence(words: readonly string[]): string {
  let sentence = "";
  for (const word of words) {
    const apart = sentence !== "" && !joinedToTheWordBefore.test(word);
    sentence += (apart ? " " : "") + word;
  }
  return sentence === "" ? "" : `${sentence[0]?.toUpperCase()}${sentence.slice(1)}.`;
}
