import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { greedySearch } from "../../../core/search/greedy.ts";
import {
  allSequences,
  attentionAfter,
  options,
  RandomDecoder,
  type Sequence,
  total,
} from "./support.ts";

const seeds = fc.integer({ min: 0, max: 1_000_000 });

/** Finds by brute force the caption whose every token is the likeliest after those before it. */
function greedyOf(sequences: readonly Sequence[]): Sequence | undefined {
  let left = sequences;
  for (let step = 0; left.length > 1; step++) {
    const best = Math.max(...left.map(({ logProbabilities }) => logProbabilities[step] ?? 0));
    left = left.filter(({ logProbabilities }) => logProbabilities[step] === best);
  }
  return left[0];
}

describe("greedy search", () => {
  test("takes the likeliest token at every step, row by row", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 1, max: 4 }), async (seed, batch) => {
        const decoder = new RandomDecoder(seed);
        const found = await greedySearch(decoder, decoder.start(batch), batch, options);
        expect(found).toHaveLength(batch);
        for (const [row, hypothesis] of found.entries()) {
          const expected = greedyOf(allSequences(seed, options, row));
          expect(hypothesis.tokens).toEqual(expected?.tokens);
          expect(hypothesis.ended).toBe(expected?.ended);
          expect(hypothesis.logProbability).toBeCloseTo(total(expected?.logProbabilities ?? []), 4);
          expect(hypothesis.tokenLogProbabilities).toHaveLength(
            expected?.logProbabilities.length ?? 0,
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  test("never chooses a forbidden token, however likely", async () => {
    const decoder = new RandomDecoder(3);
    const found = await greedySearch(decoder, decoder.start(20), 20, options);
    const said = new Set(found.flatMap(({ tokens }) => tokens));
    for (const token of options.forbiddenTokens) expect(said).not.toContain(token);
  });

  test("keeps the attention of each word, but not of the end", async () => {
    const decoder = new RandomDecoder(8);
    const found = await greedySearch(decoder, decoder.start(6), 6, options);
    for (const [row, { tokens, attention }] of found.entries()) {
      const texts = tokens.map((_, step) =>
        [row, options.startToken, ...tokens.slice(0, step)].join(" "),
      );
      expect(attention.map((weights) => [...weights])).toEqual(texts.map(attentionAfter));
    }
  });

  test("gives the entropy of the tokens that may follow, without renormalising", async () => {
    const logits = [9, 0.2, 0.5, 2, 1];
    const decoder = {
      vocabularySize: logits.length,
      step: async (_: Int32Array, state: number) => ({ logits: Float32Array.from(logits), state }),
      select: (state: number) => state,
    };
    const [found] = await greedySearch(decoder, 0, 1, {
      startToken: 1,
      endToken: 2,
      forbiddenTokens: [0, 1],
      maximumLength: 2,
      ngramBlocking: 2,
    });
    const sum = Math.exp(0.5) + Math.exp(2) + Math.exp(1);
    const part = (logit: number) => (-Math.exp(logit) / sum) * Math.log(Math.exp(logit) / sum);
    expect(found?.tokens).toEqual([3, 4]);
    expect(found?.tokenEntropies[0]).toBeCloseTo(part(0.5) + part(2) + part(1), 6);
    expect(found?.tokenEntropies[1]).toBeCloseTo(part(0.5) + part(1), 6);
  });

  test("stops when every caption has ended", async () => {
    let steps = 0;
    const found = await greedySearch<number>(
      {
        vocabularySize: 3,
        step: async (_, state) => ({ logits: Float32Array.of(0, 0, ++steps), state }),
        select: (state) => state,
      },
      0,
      1,
      { ...options, forbiddenTokens: [0], maximumLength: 50 },
    );
    expect(found[0]).toMatchObject({ tokens: [], ended: true });
    expect(steps).toBe(1);
  });

  test("of equally likely tokens takes the one of lowest id", async () => {
    const found = await greedySearch<number>(
      {
        vocabularySize: 7,
        step: async (_, state) => ({ logits: new Float32Array(7), state }),
        select: (state) => state,
      },
      0,
      1,
      { ...options, forbiddenTokens: [0, 1, 2, 3], maximumLength: 2 },
    );
    expect(found[0]?.tokens).toEqual([4, 4]);
  });

  test("releases every state once", async () => {
    const decoder = new RandomDecoder(5);
    await greedySearch(decoder, decoder.start(3), 3, options);
    expect(new Set(decoder.released.values())).toEqual(new Set([1]));
  });
});
