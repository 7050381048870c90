import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { greedySearch } from "../../../core/search/greedy.ts";
import { teacherForcedChoices } from "../../../core/search/teacher-forced.ts";
import { options, RandomDecoder } from "./support.ts";

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const captions = fc.array(fc.integer({ min: 4, max: 7 }), { maxLength: options.maximumLength });

describe("choices after a given caption", () => {
  test("are the caption itself, and its end, if greedy search wrote it", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const decoder = new RandomDecoder(seed);
        const [written] = await greedySearch(decoder, decoder.start(), 1, options);
        const tokens = written?.tokens ?? [];
        const choices = await teacherForcedChoices(decoder, decoder.start(), tokens, options);
        expect(choices).toEqual(written?.ended ? [...tokens, options.endToken] : tokens);
      }),
      { numRuns: 60 },
    );
  });

  test("follow the given words, not the chosen ones", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, captions, async (seed, tokens) => {
        const decoder = new RandomDecoder(seed);
        const choices = await teacherForcedChoices(decoder, decoder.start(), tokens, options);
        expect(choices).toHaveLength(Math.min(tokens.length + 1, options.maximumLength));
        for (const place of choices.keys()) {
          const before = tokens.slice(0, place);
          const alone = await teacherForcedChoices(decoder, decoder.start(), before, options);
          expect(choices[place]).toBe(alone[place]);
          expect(options.forbiddenTokens).not.toContain(choices[place]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("release every state once", async () => {
    const decoder = new RandomDecoder(5);
    await teacherForcedChoices(decoder, decoder.start(), [4, 5], options);
    expect([...decoder.released.values()]).toEqual([1, 1, 1, 1]);
  });
});
