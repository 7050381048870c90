import { entropy } from "./entropy.ts";
import type { ConfidenceEvidence } from "./evidence.ts";
import { isFunctionWord } from "./function-words.ts";

/** Keeps the logarithm of a zero finite. */
const SMALLEST = 1e-3;

/**
 * The numbers that a caption's confidence is computed from, each a function of the evidence. Evidence
 * that a bundle lacks, such as attention, gives 0 for every image, and a fit gives it no weight.
 */
const FEATURES = {
  meanLogProbability: ({ tokenLogProbabilities }) => mean(tokenLogProbabilities),
  minimumLogProbability: ({ tokenLogProbabilities }) => Math.min(0, ...tokenLogProbabilities),
  meanEntropy: ({ tokenEntropies }) => mean(tokenEntropies),
  maximumEntropy: ({ tokenEntropies }) => Math.max(0, ...tokenEntropies),
  contentEntropy,
  length: ({ tokens }) => tokens.length,
  attentionEntropy: ({ attention }) => mean(attention.map(distributionEntropy)),
  attentionShift: ({ attention }) => logarithm(divergence(attention)),
  featureNorm: ({ image }) => logarithm(image.features?.meanNorm),
  featureSpread: ({ image: { features } }) =>
    features ? features.normDeviation / (features.meanNorm + SMALLEST) : 0,
  featureLikeness: ({ image: { features } }) =>
    features ? features.pooledNorm / (features.meanNorm + SMALLEST) : 0,
  firstStateNorm: ({ image }) => logarithm(image.stateNorms[0]),
  secondStateNorm: ({ image }) => logarithm(image.stateNorms[1]),
} as const satisfies Readonly<Record<string, (evidence: ConfidenceEvidence) => number>>;

export type ConfidenceFeature = keyof typeof FEATURES;

/** The features' names, in the order of their values. */
export const confidenceFeatureNames = Object.keys(FEATURES) as ConfidenceFeature[];

/** Computes one feature of a caption. */
export function confidenceFeature(name: ConfidenceFeature, evidence: ConfidenceEvidence): number {
  return FEATURES[name](evidence);
}

/** How unsure the decoder was of the words that name things: there are few, and most errors are among them. */
function contentEntropy({ tokens, tokenEntropies }: ConfidenceEvidence): number {
  const ofContent = tokenEntropies.filter((_, index) => {
    const token = tokens[index];
    return token !== undefined && !isFunctionWord(token);
  });
  return mean(ofContent.length > 0 ? ofContent : tokenEntropies);
}

/**
 * Jensen-Shannon divergence of the words' attention, in nats: 0 where all words look at the same
 * regions, as they do in images without objects.
 */
function divergence(attention: readonly Float32Array[]): number {
  const average = new Float32Array(attention[0]?.length ?? 0);
  for (const weights of attention) {
    for (const [region, weight] of weights.entries()) {
      average[region] = (average[region] ?? 0) + weight / attention.length;
    }
  }
  return Math.max(0, distributionEntropy(average) - mean(attention.map(distributionEntropy)));
}

function distributionEntropy(weights: Float32Array): number {
  return entropy(weights.map((weight) => Math.log(weight)));
}

function logarithm(value: number | undefined): number {
  return value === undefined ? 0 : Math.log(value + SMALLEST);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
