import type { Tensor } from "../runtime.ts";

/** What a caption's confidence is computed from: outputs of the encoder and of the search. */
export interface ConfidenceEvidence {
  readonly tokens: readonly string[];
  /** Natural logarithms of the tokens' probabilities, and of the end's where it was reached. */
  readonly tokenLogProbabilities: readonly number[];
  /** For each of these the entropy, in nats, of the distribution that it was chosen from. */
  readonly tokenEntropies: readonly number[];
  /** For each token the weights over the regions; empty without attention. */
  readonly attention: readonly Float32Array[];
  /** The style that the caption was asked in; absent for a captioner without styles. */
  readonly style?: string;
  readonly image: ImageEvidence;
}

/** Norms of the encoder's outputs for an image. */
export interface ImageEvidence {
  /** Euclidean norms of the decoder's initial states, in the manifest's order. */
  readonly stateNorms: readonly number[];
  /** Of the features `[1, R, D]` that the decoder attends to; absent without attention. */
  readonly features?: FeatureEvidence;
}

/** Norms of an image's features. */
interface FeatureEvidence {
  /** Mean of the regions' Euclidean norms. */
  readonly meanNorm: number;
  /** Standard deviation of the regions' norms. */
  readonly normDeviation: number;
  /** Euclidean norm of the regions' mean: below `meanNorm`, the more the regions differ. */
  readonly pooledNorm: number;
}

/**
 * Computes the norms of the encoder's outputs for an image.
 *
 * @param states - the decoder's initial states, each `[1, U]`.
 * @param features - `[1, R, D]`; undefined if the decoder has no attention.
 */
export function measureImage(
  states: readonly Tensor[],
  features: Tensor | undefined,
): ImageEvidence {
  return {
    stateNorms: states.map(({ data }) => norm(data)),
    ...(features === undefined ? {} : { features: measureFeatures(features) }),
  };
}

function measureFeatures({ data, dims }: Tensor): FeatureEvidence {
  const size = dims.at(-1) ?? 1;
  const regions = data.length / size;
  const sum = new Float64Array(size);
  const norms: number[] = [];
  for (let region = 0; region < regions; region++) {
    const row = data.subarray(region * size, (region + 1) * size);
    norms.push(norm(row));
    for (let index = 0; index < size; index++) sum[index] = (sum[index] ?? 0) + (row[index] ?? 0);
  }
  const meanNorm = norms.reduce((total, value) => total + value, 0) / regions;
  const squares = norms.reduce((total, value) => total + (value - meanNorm) ** 2, 0);
  return {
    meanNorm,
    normDeviation: Math.sqrt(squares / regions),
    pooledNorm: norm(sum) / regions,
  };
}

function norm(values: ArrayLike<number>): number {
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += (values[index] ?? 0) ** 2;
  return Math.sqrt(squares);
}
