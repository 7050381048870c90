import { z } from "zod";
import { firstIssue, UserError } from "./errors.ts";

/** The ids of the four special tokens, the same in every vocabulary. */
export const specialTokens = { pad: 0, start: 1, end: 2, unknown: 3 } as const;

/** The names of the special tokens in `vocabulary.json`, in the order of their ids. */
const SPECIAL_NAMES = ["<pad>", "<start>", "<end>", "<unknown>"] as const;

/** The contents of `vocabulary.json`: all tokens in the order of their ids, the special ones first. */
export const vocabularySchema = z
  .array(z.string().min(1))
  .min(SPECIAL_NAMES.length + 1)
  .refine((tokens) => SPECIAL_NAMES.every((name, id) => tokens[id] === name), {
    error: `a vocabulary begins with ${SPECIAL_NAMES.join(", ")}`,
  })
  .refine((tokens) => new Set(tokens).size === tokens.length, {
    error: "a vocabulary holds each token once",
  });

/** Tokens that no caption contains, in every vocabulary; style tokens are added to them. */
const UNSPEAKABLE_TOKENS: readonly number[] = [
  specialTokens.pad,
  specialTokens.start,
  specialTokens.unknown,
];

/** The token that begins a caption in a style, such as `<style:coco>`. */
const STYLE_TOKEN = /^<style:([a-z0-9][a-z0-9-]*)>$/;

/** The names that a style may have. */
export const STYLE_NAME = /^[a-z0-9][a-z0-9-]*$/;

/** Maps the words of a captioner to token ids and back. */
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
   * Builds a vocabulary of the words that occur at least `minimumCount` times, the most frequent
   * first (equal counts alphabetically, so that the same captions always give the same ids).
   *
   * @param captions - the words of each caption
   * @param styles - names of the styles, whose tokens come before the words
   * @throws {UserError} `empty_vocabulary` when no word occurs that often
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
    return new Vocabulary([...SPECIAL_NAMES, ...styles.map(styleToken), ...words]);
  }

  /**
   * Returns this vocabulary with new styles and new frequent words after its tokens.
   *
   * @param minimumCount - how often a new word must occur in the captions
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
   * Reads a vocabulary that was written as {@link Vocabulary.tokens}.
   *
   * @throws {UserError} `invalid_vocabulary` when it does not fit the schema
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
   * Returns the token that a caption of a style begins with; `<start>` without a style.
   *
   * @throws {UserError} `unknown_style` when the vocabulary does not have it
   */
  startToken(style?: string): number {
    if (style === undefined) return specialTokens.start;
    const id = this.#ids.get(styleToken(style));
    if (id !== undefined) return id;
    const known = this.styles.length === 0 ? "it has none" : `it has ${this.styles.join(", ")}`;
    throw new UserError("unknown_style", `The model has no style "${style}": ${known}.`);
  }

  /** Returns the token ids of words, without start and end; unknown words become `unknown`. */
  encode(words: readonly string[]): number[] {
    return words.map((word) => this.#ids.get(word) ?? specialTokens.unknown);
  }

  /** Returns the word of a token id. */
  word(id: number): string {
    return this.tokens[id] ?? SPECIAL_NAMES[specialTokens.unknown];
  }
}

/** Returns the words that occur often enough, the most frequent first, equal ones alphabetically. */
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

/** Penn Treebank tokens that are joined to the word before them: "it 's", "do n't". */
const JOINED_TO_PREVIOUS = /^('(s|m|d|ll|re|ve|t)|n't|'|%)$/;

/**
 * Writes words as a sentence: with a capital, a full stop, and contractions joined.
 *
 * @param words - Penn Treebank tokens in lower case, without punctuation
 * @returns `A dog's ball.` for `["a", "dog", "'s", "ball"]`; the empty string for no words
 */
export function writeSentence(words: readonly string[]): string {
  let sentence = "";
  for (const word of words) {
    const apart = sentence !== "" && !JOINED_TO_PREVIOUS.test(word);
    sentence += (apart ? " " : "") + word;
  }
  return sentence === "" ? "" : `${sentence[0]?.toUpperCase()}${sentence.slice(1)}.`;
}
