import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BeamOptions, beamSearch, normalisedScore } from "../../../core/search/beam.ts";
import { greedySearch } from "../../../core/search/greedy.ts";
import { allSequences, attentionAfter, options, RandomDecoder, total } from "./support.ts";

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const penalties = fc.constantFrom(0, 0.6, 1, 1.5);

function search(seed: number, beam: Partial<BeamOptions>, decoder = new RandomDecoder(seed)) {
  return beamSearch(decoder, decoder.start(), {
    ...options,
    beamSize: 3,
    lengthPenalty: 1,
    ...beam,
  });
}

describe("beam search", () => {
  test("finds the best of all captions, in their order, when the beam is wide enough", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, penalties, async (seed, lengthPenalty) => {
        const short = { ...options, maximumLength: 3 };
        const all = allSequences(seed, short)
          .map(({ tokens, logProbabilities }) => ({
            tokens,
            score: total(logProbabilities) / logProbabilities.length ** lengthPenalty,
          }))
          .sort((a, b) => b.score - a.score);
        const found = await search(seed, { ...short, lengthPenalty, beamSize: all.length });
        expect(found).toHaveLength(all.length);
        for (const [place, hypothesis] of found.entries()) {
          expect(normalisedScore(hypothesis, { lengthPenalty })).toBeCloseTo(
            all[place]?.score ?? 0,
            4,
          );
        }
        expect(found[0]?.tokens).toEqual(all[0]?.tokens);
      }),
      { numRuns: 30 },
    );
  });

  test("with a beam of one is greedy search", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const decoder = new RandomDecoder(seed);
        const [greedy] = await greedySearch(decoder, decoder.start(), 1, options);
        const found = await search(seed, { beamSize: 1 });
        expect(found).toEqual([greedy]);
      }),
      { numRuns: 40 },
    );
  });

  test("gives different captions, best first, none with a forbidden token", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 2, max: 6 }), async (seed, beamSize) => {
        const decoder = new RandomDecoder(seed);
        const found = await search(seed, { beamSize }, decoder);
        expect(found.length).toBeGreaterThan(0);
        expect(found.length).toBeLessThanOrEqual(beamSize);
        expect(decoder.widest).toBeLessThanOrEqual(beamSize);
        const texts = found.map(({ tokens, ended }) => `${tokens.join(" ")} ${ended}`);
        expect(new Set(texts).size).toBe(found.length);
        const scores = found.map((hypothesis) => normalisedScore(hypothesis, { lengthPenalty: 1 }));
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
        const said = new Set(found.flatMap(({ tokens }) => tokens));
        for (const token of options.forbiddenTokens) expect(said).not.toContain(token);
      }),
      { numRuns: 40 },
    );
  });

  test("reports the probability of each caption, as by definition", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const all = allSequences(seed, options);
        for (const hypothesis of await search(seed, { beamSize: 4 })) {
          const same = all.find(
            ({ tokens, ended }) =>
              ended === hypothesis.ended && tokens.join() === hypothesis.tokens.join(),
          );
          expect(hypothesis.logProbability).toBeCloseTo(total(same?.logProbabilities ?? []), 4);
          expect(total(hypothesis.tokenLogProbabilities)).toBeCloseTo(hypothesis.logProbability, 5);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("keeps each caption's attention when beams change places", async () => {
    const found = await search(12, { beamSize: 5 });
    for (const { tokens, attention } of found) {
      const texts = tokens.map((_, step) =>
        [0, options.startToken, ...tokens.slice(0, step)].join(" "),
      );
      expect(attention.map((weights) => [...weights])).toEqual(texts.map(attentionAfter));
    }
  });

  test("prefers short captions without a length penalty, and long ones with a large one", async () => {
    const lengths = async (lengthPenalty: number) => {
      const best = await Promise.all(
        Array.from({ length: 60 }, (_, seed) => search(seed, { beamSize: 200, lengthPenalty })),
      );
      return total(best.map(([first]) => first?.tokens.length ?? 0));
    };
    const [none, mean, strong] = [await lengths(0), await lengths(1), await lengths(3)];
    expect(none).toBeLessThan(mean);
    expect(mean).toBeLessThan(strong);
  });

  test("releases every state once", async () => {
    const decoder = new RandomDecoder(4);
    await search(4, { beamSize: 3 }, decoder);
    expect(new Set(decoder.released.values())).toEqual(new Set([1]));
  });
});
