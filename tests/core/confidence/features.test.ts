import { describe, expect, test } from "vitest";
import { type ConfidenceEvidence, measureImage } from "../../../core/confidence/evidence.ts";
import {
  type ConfidenceFeature,
  confidenceFeature,
  confidenceFeatureNames,
} from "../../../core/confidence/features.ts";
import type { Tensor } from "../../../core/runtime.ts";

/** Two words, "a dog", and their end; each word looks at one of two regions. */
const evidence: ConfidenceEvidence = {
  tokens: ["a", "dog"],
  tokenLogProbabilities: [-0.25, -1, -0.25],
  tokenEntropies: [0.5, 2, 0.5],
  attention: [Float32Array.of(1, 0), Float32Array.of(0, 1)],
  image: measureImage([floats([1, 2], 3, 4), floats([1, 1], 2)], floats([1, 2, 2], 3, 4, 5, 12)),
};

function floats(dims: number[], ...values: number[]): Tensor {
  return { type: "float32", dims, data: Float32Array.from(values) };
}

describe("the features of a caption's confidence", () => {
  test.each<[ConfidenceFeature, number]>([
    ["meanLogProbability", -0.5],
    ["minimumLogProbability", -1],
    ["meanEntropy", 1],
    ["maximumEntropy", 2],
    // "a" is no content.
    ["contentEntropy", 2],
    ["length", 2],
    ["attentionEntropy", 0],
    // The average is even, ln 2; each word's attention has none. Kept finite by 0.001.
    ["attentionShift", Math.log(Math.LN2 + 0.001)],
    // Norms of 5 and 13.
    ["featureNorm", Math.log(9.001)],
    ["featureSpread", 4 / 9.001],
    // The mean of both is [4, 8].
    ["featureLikeness", Math.sqrt(80) / 9.001],
    ["firstStateNorm", Math.log(5.001)],
    ["secondStateNorm", Math.log(2.001)],
  ])("%s", (name, value) => {
    expect(confidenceFeature(name, evidence)).toBeCloseTo(value, 6);
  });

  test("are finite for a decoder without attention, and for no words", () => {
    const bare: ConfidenceEvidence = {
      tokens: [],
      tokenLogProbabilities: [],
      tokenEntropies: [],
      attention: [],
      image: measureImage([floats([1, 2], 0, 0)], undefined),
    };
    for (const name of confidenceFeatureNames) {
      expect([name, Number.isFinite(confidenceFeature(name, bare))]).toEqual([name, true]);
    }
  });
});
