import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { longestCommonSubsequence, rougeL, rougeLOfImage } from "../../metrics/rouge.ts";
import { anyCaption, anyImage, words } from "./support.ts";

describe("ROUGE-L", () => {
  test("weights recall by 1.2 squared", () => {
    // 3 of 4 words are in order; the reference has 6.
    const score = rougeLOfImage(words("police kill the gunman"), [
      words("police killed the bad gunman today"),
    ]);
    const precision = 3 / 4;
    const recall = 3 / 6;
    expect(score).toBeCloseTo(((1 + 1.44) * precision * recall) / (recall + 1.44 * precision), 12);
  });

  test("takes the best precision and the best recall from different references", () => {
    // The long reference contains all words of the candidate, which contains all of the short one.
    const candidate = words("a dog runs on grass");
    const long = words("a dog runs on grass near the old red house");
    const short = words("a dog");
    expect(rougeLOfImage(candidate, [long])).toBeLessThan(1);
    expect(rougeLOfImage(candidate, [short])).toBeLessThan(1);
    expect(rougeLOfImage(candidate, [long, short])).toBeCloseTo(1, 12);
  });

  test("depends on the order of words", () => {
    expect(longestCommonSubsequence(words("a b c d"), words("d c b a"))).toBe(1);
    expect(longestCommonSubsequence(words("a b c d"), words("a x c y d"))).toBe(3);
  });

  test("of a set is the mean over its images", () => {
    const result = rougeL([words("a dog"), words("x")], [[words("a dog")], [words("y")]]);
    expect(result).toEqual({ corpus: 0.5, perImage: [1, 0] });
  });

  test("treats a caption without words as one empty word, as the original does", () => {
    expect(rougeLOfImage([], [words("a dog")])).toBe(0);
    expect(rougeLOfImage([], [words("a dog"), []])).toBe(1);
  });

  test("lies in [0, 1], and is 1 for a reference", () => {
    fc.assert(
      fc.property(anyImage, ({ candidate, references }) => {
        const score = rougeLOfImage(candidate, references);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1 + 1e-12);
        expect(rougeLOfImage(candidate, [...references, candidate])).toBeCloseTo(1, 12);
      }),
    );
  });

  test("does not decrease with further references", () => {
    fc.assert(
      fc.property(anyImage, anyCaption, ({ candidate, references }, further) => {
        expect(rougeLOfImage(candidate, [...references, further])).toBeGreaterThanOrEqual(
          rougeLOfImage(candidate, references) - 1e-12,
        );
      }),
    );
  });

  test("finds the same longest common subsequence as an exhaustive search", () => {
    const shortCaption = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 7 });
    fc.assert(
      fc.property(shortCaption, shortCaption, (a, b) => {
        expect(longestCommonSubsequence(a, b)).toBe(longestByTrial(a, b));
      }),
    );
  });
});

function longestByTrial(a: readonly string[], b: readonly string[]): number {
  const [first, ...rest] = a;
  if (first === undefined) return 0;
  const without = longestByTrial(rest, b);
  const place = b.indexOf(first);
  return place < 0 ? without : Math.max(without, 1 + longestByTrial(rest, b.slice(place + 1)));
}
