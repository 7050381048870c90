import { describe, expect, test } from "vitest";
import { judgeFitting } from "../../../cli/calibrate/fitting.ts";
import { CiderD, tokenizeCaption } from "../../../metrics/index.ts";

const references = [
  ["a dog runs on the grass", "a brown dog runs on grass", "dog running over a lawn"],
  ["a man rides a bike", "a man on a bike", "the man is riding his bike"],
  ["two girls eat ice cream", "girls eating ice cream", "two children with ice cream"],
  ["a boat on a lake", "a small boat on the lake", "someone rows a boat"],
].map((captions) => captions.map(tokenizeCaption));

/** All but the last fit their images as people's captions do. */
const candidates = [
  "a brown dog runs",
  "a man rides a bike",
  "two girls eat ice cream",
  "a dog runs",
].map(tokenizeCaption);

describe("a caption fits its image", () => {
  test("if it reaches the 25th percentile of people's CIDEr-D", () => {
    const scorer = new CiderD(references);
    const human = references.flatMap((ofImage) =>
      ofImage.map((caption) =>
        scorer.score(
          caption,
          ofImage.filter((other) => other !== caption),
        ),
      ),
    );
    const { threshold, fits } = judgeFitting(candidates, references);
    const below = human.filter((score) => score < threshold).length;
    // The 25th percentile of twelve values lies between the third and the fourth.
    expect(below).toBe(3);
    expect(fits).toEqual([true, true, true, false]);
  });

  test("compared with as many references as a person's caption", () => {
    const scorer = new CiderD(references);
    for (const [index, ofImage] of references.entries()) {
      const candidate = candidates[index] ?? [];
      const ways = ofImage.map((left) =>
        scorer.score(
          candidate,
          ofImage.filter((other) => other !== left),
        ),
      );
      const mean = ways.reduce((sum, score) => sum + score, 0) / ways.length;
      expect(scorer.score(candidate, ofImage)).toBeCloseTo(mean, 10);
    }
  });
});
