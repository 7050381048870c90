import type { DecoderStep, SearchOptions, StepOutput } from "../../../core/search/step.ts";

/** Vocabulary of the small languages here: padding, start, end, unknown and four words. */
export const vocabularySize = 8;
export const regions = 3;

export const options: SearchOptions = {
  startToken: 1,
  endToken: 2,
  forbiddenTokens: [0, 1, 3],
  maximumLength: 4,
};

/** The words so far, caption by caption. */
export interface Prefixes {
  readonly texts: readonly string[];
}

/** A decoder whose logits are a function of the seed and of every token before. */
export class RandomDecoder implements DecoderStep<Prefixes> {
  readonly vocabularySize = vocabularySize;
  readonly seed: number;
  /** States that were made, and how often each was released. */
  readonly released = new Map<Prefixes, number>();
  /** Larger than any step's batch so far. */
  widest = 0;

  constructor(seed: number) {
    this.seed = seed;
  }

  start(batch = 1): Prefixes {
    return this.#made(Array.from({ length: batch }, (_, row) => `${row}`));
  }

  async step(tokens: Int32Array, state: Prefixes): Promise<StepOutput<Prefixes>> {
    const texts = state.texts.map((text, row) => `${text} ${tokens[row]}`);
    this.widest = Math.max(this.widest, texts.length);
    return {
      logits: Float32Array.from(texts.flatMap((text) => logitsAfter(this.seed, text))),
      state: this.#made(texts),
      attention: Float32Array.from(texts.flatMap((text) => attentionAfter(text))),
    };
  }

  select(state: Prefixes, rows: readonly number[]): Prefixes {
    return this.#made(rows.map((row) => state.texts[row] ?? "no such row"));
  }

  release(state: Prefixes): void {
    this.released.set(state, (this.released.get(state) ?? 0) + 1);
  }

  #made(texts: readonly string[]): Prefixes {
    const state = { texts };
    this.released.set(state, 0);
    return state;
  }
}

/** Logits between -3 and 3 after a text; the forbidden tokens' are the largest of all. */
function logitsAfter(seed: number, text: string): number[] {
  return Array.from({ length: vocabularySize }, (_, token) =>
    options.forbiddenTokens.includes(token) ? 9 : 6 * hash(`${seed}:${text}:${token}`) - 3,
  );
}

/** Weights over the regions that name the text they belong to. */
export function attentionAfter(text: string): number[] {
  return Array.from({ length: regions }, (_, region) => Math.fround(hash(`${text}@${region}`)));
}

/** Returns a pseudo-random number in [0, 1). */
function hash(text: string): number {
  let value = 17;
  for (const character of text) {
    value = Math.imul(value ^ character.charCodeAt(0), 0x5bd1e995);
    value ^= value >>> 15;
  }
  return (value >>> 0) / 2 ** 32;
}

/** A possible caption, with its probability by definition. */
export interface Sequence {
  readonly tokens: readonly number[];
  readonly ended: boolean;
  /** Of each token, and of the end. */
  readonly logProbabilities: readonly number[];
}

/** Lists all possible captions: those that end, and those that the maximum length cuts off. */
export function allSequences(seed: number, { maximumLength }: SearchOptions, row = 0): Sequence[] {
  const found: Sequence[] = [];
  const grow = (tokens: readonly number[], logProbabilities: readonly number[]) => {
    if (tokens.length === maximumLength) {
      found.push({ tokens, ended: false, logProbabilities });
      return;
    }
    const scores = logProbabilitiesAfter(seed, [row, options.startToken, ...tokens].join(" "));
    for (const [token, score] of scores) {
      const longer = [...logProbabilities, score];
      if (token === options.endToken) found.push({ tokens, ended: true, logProbabilities: longer });
      else grow([...tokens, token], longer);
    }
  };
  grow([], []);
  return found;
}

/** Softmax over the allowed tokens, in double precision. */
function logProbabilitiesAfter(seed: number, text: string): [token: number, score: number][] {
  const allowed = [...logitsAfter(seed, text).entries()]
    .filter(([token]) => !options.forbiddenTokens.includes(token))
    .map(([token, logit]) => [token, Math.fround(logit)] as const);
  const sum = allowed.reduce((total, [, logit]) => total + Math.exp(logit), 0);
  return allowed.map(([token, logit]) => [token, logit - Math.log(sum)]);
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
