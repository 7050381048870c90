import { confidenceOf } from "../../core/confidence/confidence.ts";
import type { ConfidenceEvidence } from "../../core/confidence/evidence.ts";
import { confidenceFeature, confidenceFeatureNames } from "../../core/confidence/features.ts";
import { isFunctionWord } from "../../core/confidence/function-words.ts";
import type { ConfidenceModel } from "../../core/confidence/schema.ts";
import { UserError } from "../../core/errors.ts";
import { drawKey } from "../../core/random-draws.ts";
import { mean } from "../../metrics/caption.ts";
import { fitLogistic } from "./logistic-regression.ts";

/** A caption to fit the model on. */
export interface Example {
  /** Of the image: it decides the fold. */
  readonly id: string;
  readonly evidence: ConfidenceEvidence;
  readonly fits: boolean;
}

/** The fitted part of a {@link ConfidenceModel}. */
type FittedModel = Pick<ConfidenceModel, "bias" | "terms" | "words" | "styles">;

/** Judges a caption by a model that was not fitted on its image. */
export type OutOfFold = (id: string, evidence: ConfidenceEvidence) => number;

const FOLDS = 5;

/** Chosen for a small model; between 5 and 40 the figures hardly change. */
const PENALTY = 10;

/** A word in fewer captions gets no weight. */
const FEWEST_CAPTIONS = 30;

/** Words are penalised four times as much as features: there are many, and each is rare. */
const WORD_SCALE = 0.5;

/**
 * Fits the confidence of captions by their features, each standardised, by their words and by their
 * style, where there are several.
 *
 * @param examples - of which some fit and some do not.
 * @throws {RangeError} where all fit, or none.
 */
export function fitConfidence(examples: readonly Example[]): FittedModel {
  const features = standardised(examples);
  const words = frequentWords(examples);
  const styles = severalStyles(examples);
  const rows = examples.map(({ evidence: { tokens, style } }, index) => [
    ...features.map(({ values, mean, deviation }) => ((values[index] ?? 0) - mean) / deviation),
    ...words.map((word) => (tokens.includes(word) ? WORD_SCALE : 0)),
    ...styles.map((name) => (name === style ? 1 : 0)),
  ]);
  const outcomes = examples.map(({ fits }) => fits);
  const { bias, weights } = fitLogistic(rows, outcomes, PENALTY);
  const firstStyle = features.length + words.length;
  const styleWeights = styles.map((name, index) => [name, weights[firstStyle + index] ?? 0]);
  return {
    bias,
    terms: features.map(({ feature, mean, deviation }, index) => ({
      feature,
      mean,
      deviation,
      weight: weights[index] ?? 0,
    })),
    words: Object.fromEntries(
      words.map((word, index) => [word, WORD_SCALE * (weights[features.length + index] ?? 0)]),
    ),
    ...(styles.length === 0 ? {} : { styles: Object.fromEntries(styleWeights) }),
  };
}

/** Returns the values of each feature that is not the same for all, with their mean and deviation. */
function standardised(examples: readonly Example[]) {
  const features = confidenceFeatureNames.map((feature) => {
    const values = examples.map(({ evidence }) => confidenceFeature(feature, evidence));
    const average = mean(values);
    const deviation = Math.sqrt(mean(values.map((value) => (value - average) ** 2)));
    return { feature, values, mean: average, deviation };
  });
  // Rounding gives constants a deviation too.
  return features.filter(({ mean, deviation }) => deviation > 1e-9 * Math.max(1, Math.abs(mean)));
}

/** Returns the styles of the captions in alphabetical order; none if all have the same. */
function severalStyles(examples: readonly Example[]): string[] {
  const names = new Set(examples.flatMap(({ evidence: { style } }) => style ?? []));
  return names.size < 2 ? [] : [...names].sort();
}

/** Returns the content words that occur in enough captions, in alphabetical order. */
function frequentWords(examples: readonly Example[]): string[] {
  const counts = new Map<string, number>();
  for (const { evidence } of examples) {
    for (const word of new Set(evidence.tokens)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts]
    .filter(([word, count]) => count >= FEWEST_CAPTIONS && !isFunctionWord(word))
    .map(([word]) => word)
    .sort();
}

/**
 * Fits one model for each of five folds, on the examples of the other four.
 *
 * @throws {UserError} `too_few_images` when the captions of four folds all fit, or none of them does.
 */
export function crossValidate(examples: readonly Example[]): OutOfFold {
  const models = Array.from({ length: FOLDS }, (_, fold) => {
    const others = examples.filter(({ id }) => foldOf(id) !== fold);
    if (new Set(others.map(({ fits }) => fits)).size < 2) {
      throw new UserError(
        "too_few_images",
        `All of ${others.length} captions fit, or none does, so the confidence cannot be fitted: use more images, or a better model.`,
      );
    }
    return fitConfidence(others);
  });
  return (id, evidence) => {
    const model = models[foldOf(id)];
    if (model) return confidenceOf(model, evidence);
    throw new Error(`there is no fold for ${id}`);
  };
}

/** Returns the fold of an image, which does not depend on the other images. */
export function foldOf(id: string): number {
  return drawKey(id) % FOLDS;
}
