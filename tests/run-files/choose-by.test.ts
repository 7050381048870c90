import { describe, expect, test } from "vitest";
import { checkChooseBy, epochScore } from "../../run-files/choose-by.ts";

describe("the score that chooses the best epoch", () => {
  const sets = { flickr8k: { "CIDEr-D": 0.6 }, coco: { "CIDEr-D": 0.8 } };

  test.each([
    ["mean", 0.7],
    ["worst", 0.6],
    ["coco", 0.8],
  ])("by %s is %d", (chooseBy, expected) => {
    expect(epochScore(chooseBy, sets)).toBeCloseTo(expected, 12);
  });

  test("by an unknown data set is refused, and the known ones are named", () => {
    expect(() => checkChooseBy("flickr30k", Object.keys(sets))).toThrow(
      expect.objectContaining({
        code: "conflicting_options",
        message: expect.stringContaining("flickr8k, coco"),
      }),
    );
  });
});
