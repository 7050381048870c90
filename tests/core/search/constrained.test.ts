import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ConstrainedOptions, constrainedSearch } from "../../../core/search/constrained.ts";
import { options, RandomDecoder, total } from "./support.ts";

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const lengths = fc.integer({ min: 1, max: 6 });

function search(seed: number, count: number, constraints: Partial<ConstrainedOptions>) {
  const decoder = new RandomDecoder(seed);
  return constrainedSearch(decoder, decoder.start(), count, {
    ...options,
    beamSize: 5,
    lengthPenalty: 1,
    fits: () => true,
    mayEnd: () => true,
    ...constraints,
  });
}

describe("a search within limits", () => {
  test("keeps every limit, and ends only where a caption may end", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, lengths, async (seed, maximumLength) => {
        const mayEnd = (token: number) => token % 2 === 0;
        const fits = (tokens: readonly number[]) => tokens.length <= 4;
        const found = await search(seed, 3, { maximumLength, mayEnd, fits });
        expect(found.length).toBeGreaterThan(0);
        for (const { tokens } of found) {
          expect(tokens.length).toBeLessThanOrEqual(Math.min(maximumLength, 4));
          expect(mayEnd(tokens.at(-1) ?? 1)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("returns different captions, ended ones first, with the end's probability only if ended", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, lengths, async (seed, maximumLength) => {
        const found = await search(seed, 4, { maximumLength });
        expect(new Set(found.map(({ tokens }) => tokens.join())).size).toBe(found.length);
        const ended = found.map((hypothesis) => hypothesis.ended);
        expect(ended).toEqual(ended.toSorted((a, b) => Number(b) - Number(a)));
        for (const one of found) {
          expect(one.tokenLogProbabilities.length).toBe(one.tokens.length + (one.ended ? 1 : 0));
          expect(total(one.tokenLogProbabilities)).toBeCloseTo(one.logProbability, 5);
        }
      }),
      { numRuns: 50 },
    );
  });
});
