import { describe, expect, test } from "vitest";
import {
  crossValidate,
  type Example,
  fitConfidence,
  foldOf,
} from "../../../cli/calibrate/cross-validation.ts";
import { confidenceOf } from "../../../core/confidence/confidence.ts";
import { measureImage } from "../../../core/confidence/evidence.ts";
import { uniformDraws } from "../../../core/random-draws.ts";

/** Captions that are more likely to fit, the higher their probability. */
const draws = uniformDraws(7, 800);
const examples: Example[] = Array.from({ length: 400 }, (_, index) => {
  const logProbability = -3 * (draws[2 * index] ?? 0);
  return exampleOf(
    `image-${index}`,
    logProbability,
    (draws[2 * index + 1] ?? 0) < Math.exp(logProbability),
  );
});

function exampleOf(id: string, logProbability: number, fits: boolean): Example {
  const evidence = {
    tokens: ["dog"],
    tokenLogProbabilities: [logProbability],
    tokenEntropies: [-logProbability],
    attention: [],
    image: measureImage([], undefined),
  };
  return { id, evidence, fits };
}

describe("fitting the confidence", () => {
  test("finds the probability that a caption fits", () => {
    const model = fitConfidence(examples);
    const sure = confidenceOf(model, exampleOf("", -0.1, true).evidence);
    const unsure = confidenceOf(model, exampleOf("", -2.5, true).evidence);
    expect(sure).toBeCloseTo(Math.exp(-0.1), 0);
    expect(unsure).toBeLessThan(0.2);
  });

  test("gives no weight to features that are the same for all captions", () => {
    const features = fitConfidence(examples).terms.map(({ feature }) => feature);
    expect(features).toContain("meanLogProbability");
    expect(features).not.toContain("length");
    expect(features).not.toContain("featureNorm");
  });

  test("learns which words are wrong more often, among captions that are alike otherwise", () => {
    const alike = ["dog", "bench"].flatMap((word, kind) =>
      Array.from({ length: 60 }, (_, index) => {
        const { id, evidence } = exampleOf(`${word}-${index}`, -1, true);
        return {
          id,
          evidence: { ...evidence, tokens: [word] },
          fits: (index + kind) % 3 !== 0 && kind === 0,
        };
      }),
    );
    const { words } = fitConfidence(alike);
    expect(words.dog).toBeGreaterThan(0);
    expect(words.bench).toBeLessThan(0);
  });

  test("is refused if all captions fit", () => {
    const fitting = examples.filter(({ fits }) => fits);
    expect(() => crossValidate(fitting)).toThrow(
      expect.objectContaining({ code: "too_few_images" }),
    );
  });
});

describe("five folds", () => {
  test("judge an image by models that have not seen it", () => {
    const judge = crossValidate(examples);
    const [first, ...others] = examples;
    if (first === undefined) throw new Error("there are no examples");
    const otherwise = crossValidate([{ ...first, fits: !first.fits }, ...others]);
    expect(otherwise(first.id, first.evidence)).toBe(judge(first.id, first.evidence));
    // The models of all other folds were fitted with it.
    const another = others.find(({ id }) => foldOf(id) !== foldOf(first.id));
    if (another === undefined) throw new Error("all examples are in one fold");
    expect(otherwise(another.id, another.evidence)).not.toBe(judge(another.id, another.evidence));
  });

  test("depend on the image's id alone, and are of about equal size", () => {
    const counts = [0, 0, 0, 0, 0];
    for (let index = 0; index < 1000; index++) {
      const fold = foldOf(`${index}.jpg`);
      counts[fold] = (counts[fold] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 200)).toBeLessThan(50);
  });
});
