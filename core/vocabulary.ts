import { z } from "zod";
import { firstIssue, UserError } from "./errors.ts";

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

/** Tokens that no caption contains, in every vocabulary; style tokens join them. */
const UNSPEAKABLE_TOKENS: readonly number[] = [
  specialTokens.pad,
  specialTokens.start,
  specialTokens.unknown,
];

/** The token that begins a caption in a style, such as `<style:coco>`. */
const STYLE_TOKEN = /^<style:([a-z0-9][a-z0-9-]*)>$/;

/** The names that a style may have. */
export const STYLE_NAME = /^[a-z0-9][a-z0-9-]*$/;

/** The words that a captioner knows, each with its token id. */
export class Vocabulary {
  /** All tokens in the order of their ids, special ones included. */
  readonly tokens: readonly string[];
  /** The names of the styles, in the order of their tokens; none in a vocabulary without styles. */
  readonly styles: readonly string[];
  /** Tokens that a search must never choose: padding, starts, styles and the unknown word. */
  readonly unspeakableTokens: readonly number[];
  readonly #ids: ReadonlyMap<string, number>;

  private constructor(tokens: readonly string[]) {
    const styles = tokens.flatMap((token) => STYLE_TOKEN.exec(token)?.[1] ?? []);
    this.tokens = tokens;
    this.styles = styles;
    this.#ids = new Map(tokens.map((token, id) => [token, id]));
    const starts = styles.map((style) => this.startToken(style));
    this.unspeakableTokens = [...UNSPEAKABLE_TOKENS, ...starts];
  }

  get size(): number {
    return this.tokens.length;
  }

  /**
   * Makes a vocabulary of the words that occur at least `minimumCount` times, the most frequent
   * first (equal counts alphabetically, so that the same captions always give the same ids).
   *
   * @param styles - names of the styles, whose tokens stand before the words.
   * @throws UserError `empty_vocabulary` where no word occurs that often.
   */
  static count(
    captions: Iterable<readonly string[]>,
    minimumCount: number,
    styles: readonly string[] = [],
  ): Vocabulary {
    const words = frequentWords(captions, minimumCount);
    if (words.length === 0) {
      throw new UserError(
        "empty_vocabulary",
        `No word occurs ${minimumCount} times in the captions: lower the minimum count.`,
      );
    }
    return new Vocabulary([...specialNames, ...styles.map(styleToken), ...words]);
  }

  /**
   * Returns this vocabulary with new styles and new frequent words behind its tokens.
   *
   * @param minimumCount - how often a new word must occur in the captions.
   */
  extended(
    captions: Iterable<readonly string[]>,
    minimumCount: number,
    styles: readonly string[],
  ): Vocabulary {
    const known = new Set(this.tokens);
    const words = frequentWords(captions, minimumCount).filter((word) => !known.has(word));
    const added = styles.map(styleToken).filter((token) => !known.has(token));
    return new Vocabulary([...this.tokens, ...added, ...words]);
  }

  /**
   * Reads what {@link Vocabulary.tokens} wrote.
   *
   * @throws UserError `invalid_vocabulary`
   */
  static parse(json: unknown): Vocabulary {
    const parsed = vocabularySchema.safeParse(json);
    if (!parsed.success) {
      const { message } = firstIssue(parsed.error);
      throw new UserError("invalid_vocabulary", `The vocabulary is damaged: ${message}.`);
    }
    return new Vocabulary(parsed.data);
  }

  /**
   * Returns the token that a caption of a style begins with: `<start>` where no style is named.
   *
   * @throws UserError `unknown_style`
   */
  startToken(style?: string): number {
    if (style === undefined) return specialTokens.start;
    const id = this.#ids.get(styleToken(style));
    if (id !== undefined) return id;
    const known = this.styles.length === 0 ? "it has none" : `it has ${this.styles.join(", ")}`;
    throw new UserError("unknown_style", `The model has no style "${style}": ${known}.`);
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

/** The words that occur often enough, the most frequent first, equal ones by the alphabet. */
function frequentWords(captions: Iterable<readonly string[]>, minimumCount: number): string[] {
  const counts = new Map<string, number>();
  for (const words of captions) {
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count >= minimumCount)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([word]) => word);
}

function styleToken(style: string): string {
  return `<style:${style}>`;
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
