import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { beamSearch } from "../../../core/search/beam.ts";
import { greedySearch } from "../../../core/search/greedy.ts";
import { repeatingTokens } from "../../../core/search/ngram-blocking.ts";
import { allSequences, options, RandomDecoder, total } from "./support.ts";

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const sizes = fc.integer({ min: 2, max: 4 });

/** Tells whether a caption repeats an n-gram or says a word twice in a row, by comparing all n-grams as texts. */
function repeats(tokens: readonly number[], size: number): boolean {
  if (tokens.some((token, place) => token === tokens[place + 1])) return true;
  const runs = tokens.slice(size - 1).map((_, start) => tokens.slice(start, start + size).join());
  return new Set(runs).size < runs.length;
}

describe("n-gram blocking", () => {
  test("finds the word that would follow the same word again, and the last word", () => {
    const [riding, a, bike, on] = [10, 4, 20, 6];
    expect(repeatingTokens([riding, a, bike, on, a], 2)).toEqual([a, bike]);
    expect(repeatingTokens([riding, a, bike, on], 2)).toEqual([on]);
    expect(repeatingTokens([riding, a, bike, on, a], 3)).toEqual([a]);
  });

  test("finds just the tokens that make a caption repeat itself", () => {
    const tokens = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 });
    fc.assert(
      fc.property(tokens, sizes, (said, size) => {
        fc.pre(!repeats(said, size));
        const blocked = new Set(repeatingTokens(said, size));
        for (let token = 0; token <= 3; token++) {
          expect(blocked.has(token)).toBe(repeats([...said, token], size));
        }
      }),
    );
  });

  test("keeps greedy search from repeating itself, and changes no caption that does not", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const decoder = new RandomDecoder(seed);
        const long = { ...options, maximumLength: 9 };
        const [free] = await greedySearch(decoder, decoder.start(), 1, long);
        const blocked = { ...long, ngramBlocking: 2 };
        const [held] = await greedySearch(decoder, decoder.start(), 1, blocked);
        expect(repeats(held?.tokens ?? [], 2)).toBe(false);
        if (repeats(free?.tokens ?? [], 2)) return;
        // The entropies are those over the words that remain allowed.
        expect({ ...held, tokenEntropies: [] }).toEqual({ ...free, tokenEntropies: [] });
      }),
    );
  });

  test("lets beam search find the best of all captions that do not repeat themselves", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const search = { ...options, ngramBlocking: 2 };
        const all = allSequences(seed, search)
          .filter(({ tokens }) => !repeats(tokens, 2))
          .sort((a, b) => total(b.logProbabilities) - total(a.logProbabilities));
        const decoder = new RandomDecoder(seed);
        const wide = { ...search, beamSize: all.length, lengthPenalty: 0 };
        const found = await beamSearch(decoder, decoder.start(), wide);
        expect(found[0]?.tokens).toEqual(all[0]?.tokens);
        // Allowed words keep their probabilities: these are not normalised again.
        expect(found[0]?.logProbability).toBeCloseTo(total(all[0]?.logProbabilities ?? []), 4);
      }),
      { numRuns: 20 },
    );
  });
});
