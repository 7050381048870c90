import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bleu, bleuScores, sumBleuStatistics } from "../../metrics/bleu.ts";
import { anyCaption, anyImages, words } from "./support.ts";

describe("BLEU", () => {
  test("clips a word to its highest count in one reference", () => {
    // The example of Papineni et al.: 2 of 7.
    const { corpus } = bleu(
      [words("the the the the the the the")],
      [[words("the cat is on the mat"), words("there is a cat on the mat")]],
    );
    expect(corpus[0]).toBeCloseTo(2 / 7, 8);
  });

  test("uses the shorter of two equally near reference lengths", () => {
    const [image] = bleu([words("a b c d")], [[words("a b c d e f"), words("a b")]]).statistics;
    expect(image).toMatchObject({ candidateLength: 4, referenceLength: 2 });
  });

  test("penalises short candidates by exp(1 - reference / candidate), unless disabled", () => {
    const result = bleu([words("a dog")], [[words("a dog runs on grass")]]);
    expect(result.corpus[0]).toBeCloseTo(Math.exp(1 - 5 / 2), 8);
    expect(result.corpusWithoutBrevityPenalty[0]).toBeCloseTo(1, 8);
  });

  test("pools its counts over the images instead of averaging them", () => {
    const { corpus } = bleu(
      [words("a dog"), words("x y z w v u")],
      [[words("a dog")], [words("a b c d e f")]],
    );
    expect(corpus[0]).toBeCloseTo(2 / 8, 8);
  });

  test("scores an empty caption 0", () => {
    expect(bleu([[]], [[words("a dog")]]).corpus).toEqual([0, 0, 0, 0]);
  });

  test("lies in [0, 1] and is never raised by the brevity penalty", () => {
    fc.assert(
      fc.property(anyImages, (images) => {
        const result = bleu(
          images.map((image) => image.candidate),
          images.map((image) => image.references),
        );
        for (const [index, score] of result.corpus.entries()) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
          expect(score).toBeLessThanOrEqual(result.corpusWithoutBrevityPenalty[index] ?? 0);
        }
      }),
    );
  });

  test("is 1 for a candidate that is a reference of four words or more", () => {
    const longCaption = fc.tuple(anyCaption, anyCaption).map(([a, b]) => [...a, ...b, "on", "it"]);
    fc.assert(
      fc.property(longCaption, anyCaption, (caption, other) => {
        for (const score of bleu([caption], [[other, caption]]).corpus) {
          expect(score).toBeCloseTo(1, 7);
        }
      }),
    );
  });

  test("does not depend on the order of images and references", () => {
    fc.assert(
      fc.property(anyImages, (images) => {
        const turned = images.toReversed();
        const forwards = bleu(
          images.map((image) => image.candidate),
          images.map((image) => image.references),
        );
        const backwards = bleu(
          turned.map((image) => image.candidate),
          turned.map((image) => image.references.toReversed()),
        );
        expect(backwards.corpus).toEqual(forwards.corpus);
        expect(backwards.perImage).toEqual(forwards.perImage.toReversed());
      }),
    );
  });

  test("of a corpus is computed from the sum of its images' statistics", () => {
    fc.assert(
      fc.property(anyImages, anyImages, (some, more) => {
        const of = (images: typeof some) =>
          bleu(
            images.map((image) => image.candidate),
            images.map((image) => image.references),
          );
        const parts = [...of(some).statistics, ...of(more).statistics];
        expect(bleuScores(sumBleuStatistics(parts))).toEqual(of([...some, ...more]).corpus);
      }),
    );
  });

  test("is not defined without references", () => {
    expect(() => bleu([["a"]], [[]])).toThrow("the image at index 0 has no reference");
    expect(() => bleu([["a"], ["b"]], [[["a"]]])).toThrow(RangeError);
  });
});
