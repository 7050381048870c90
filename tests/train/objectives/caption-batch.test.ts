import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { specialTokens, Vocabulary } from "../../../core/vocabulary.ts";
import { captionBatch, humanTargets } from "../../../train/objectives/caption-batch.ts";

const { pad, start, end, unknown } = specialTokens;

/** Returns the inputs, targets and weights of one caption, step by step. */
function columnOf(batch: ReturnType<typeof captionBatch>, column: number) {
  const columns = batch.images * batch.captionsPerImage;
  const pick = (list: ArrayLike<number>) =>
    Array.from({ length: batch.steps }, (_, step) => list[step * columns + column]);
  return {
    inputs: pick(batch.inputs),
    targets: pick(batch.targets),
    weights: pick(batch.weights),
  };
}

function ended(tokens: number[], weight = 1) {
  return { tokens, weight, ended: true, start };
}

describe("a batch of captions", () => {
  test("has each word as the target after the words before it, and the end after the last", () => {
    const batch = captionBatch([[ended([7, 8, 9])], [ended([5])]], 10);
    expect(batch.steps).toBe(4);
    expect(columnOf(batch, 0)).toEqual({
      inputs: [start, 7, 8, 9],
      targets: [7, 8, 9, end],
      weights: [1, 1, 1, 1],
    });
    expect(columnOf(batch, 1)).toEqual({
      inputs: [start, 5, pad, pad],
      targets: [5, end, pad, pad],
      weights: [1, 1, 0, 0],
    });
  });

  test("has words that the vocabulary lacks as inputs, and never as targets", () => {
    const batch = captionBatch([[ended([7, unknown, 9])]], 10);
    expect(columnOf(batch, 0)).toEqual({
      inputs: [start, 7, unknown, 9],
      targets: [7, unknown, 9, end],
      weights: [1, 0, 1, 1],
    });
  });

  test("cuts off a long caption without the end as a target", () => {
    const batch = captionBatch([[ended([7, 8, 9, 6])], [ended([4, 5])]], 2);
    expect(columnOf(batch, 0)).toMatchObject({ targets: [7, 8, pad], weights: [1, 1, 0] });
    expect(columnOf(batch, 1)).toMatchObject({ targets: [4, 5, end], weights: [1, 1, 1] });
  });

  test("has no end as a target of a caption without one", () => {
    const batch = captionBatch(
      [[{ tokens: [7, 8], weight: 1, ended: false, start }, ended([4])]],
      10,
    );
    expect(columnOf(batch, 0)).toMatchObject({ targets: [7, 8, pad], weights: [1, 1, 0] });
  });

  test("gives every word of a caption the caption's weight", () => {
    const batch = captionBatch([[ended([7, 8], -0.5), ended([4], 2)]], 10);
    expect(columnOf(batch, 0).weights).toEqual([-0.5, -0.5, -0.5]);
    expect(columnOf(batch, 1).weights).toEqual([2, 2, 0]);
  });

  test("has columns of weight 0 where an image has fewer captions than another", () => {
    const batch = captionBatch([[ended([7])], [ended([4]), ended([5, 6])]], 10);
    expect(batch.captionsPerImage).toBe(2);
    expect(columnOf(batch, 1).weights).toEqual([0, 0, 0]);
    expect(columnOf(batch, 3).targets).toEqual([5, 6, end]);
  });

  test("weights exactly the known words and the ends of captions that are not cut off", () => {
    const tokens = fc.array(fc.integer({ min: 3, max: 9 }), { maxLength: 8 });
    const image = fc.array(tokens, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(image, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        (images, longest) => {
          const batch = captionBatch(
            images.map((captions) => captions.map((own) => ended(own))),
            longest,
          );
          const expected = images.flat().reduce((sum, own) => {
            const known = own.slice(0, longest).filter((token) => token !== unknown).length;
            return sum + known + Number(own.length <= longest);
          }, 0);
          expect(batch.weights.reduce((sum, weight) => sum + weight, 0)).toBe(expected);
          expect(batch.inputs).toHaveLength(batch.steps * batch.images * batch.captionsPerImage);
          expect(batch.steps).toBeLessThanOrEqual(longest + 1);
        },
      ),
    );
  });
});

describe("human captions", () => {
  test("become tokens, image by image, after the start token of their image", () => {
    const vocabulary = Vocabulary.count([["a", "a", "dog"]], 1, ["one", "other"]);
    const starts = [vocabulary.startToken("other"), vocabulary.startToken("one")];
    const targets = humanTargets({ words: [[["a", "cat"]], [["dog"]]], starts }, vocabulary);
    expect(targets).toEqual([
      [{ tokens: [6, unknown], weight: 1, ended: true, start: 5 }],
      [{ tokens: [7], weight: 1, ended: true, start: 4 }],
    ]);
    expect(columnOf(captionBatch(targets, 10), 0).inputs).toEqual([5, 6, unknown]);
  });
});
