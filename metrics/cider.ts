import { type Caption, mapPairs, mean, type Score } from "./caption.ts";
import { countNgrams } from "./ngrams.ts";

/** CIDEr's highest order. */
const ORDERS = 4;
/** The standard deviation, in tokens, of the Gaussian that penalises a difference in length. */
const SIGMA = 6;
/** The scale on which CIDEr-D is reported. */
const SCALE = 10;

/** A caption in the space of weighted n-grams. */
interface CaptionVector {
  /** `[4]`, by order: n-gram -> term frequency times inverse document frequency. */
  readonly weights: readonly ReadonlyMap<string, number>[];
  /** `[4]`, the Euclidean norm of each order's weights. */
  readonly norms: readonly number[];
  /** The number of bigrams: the original uses it in its length term instead of the number of words. */
  readonly length: number;
}

/**
 * Computes CIDEr-D over a set of images, as coco-caption's `CiderScorer`: with the document
 * frequencies of the given references, and the mean over the images.
 *
 * With a single image every document frequency equals the number of documents, so all weights and the
 * score are 0, as in the original.
 *
 * @param candidates - `[N]`, one caption an image
 * @param references - `[N]`, at least one caption an image
 * @throws {RangeError} when the lengths differ, or an image has no reference
 */
export function cider(
  candidates: readonly Caption[],
  references: readonly (readonly Caption[])[],
): Score {
  const scorer = new CiderD(references);
  const perImage = mapPairs(candidates, references, (candidate, ownReferences) =>
    scorer.score(candidate, ownReferences),
  );
  return { corpus: mean(perImage), perImage };
}

/**
 * Computes CIDEr-D with the document frequencies of given documents.
 *
 * Vedantam, Zitnick, Parikh, "CIDEr: consensus-based image description evaluation", CVPR 2015.
 *
 * @example
 * ```ts
 * const scorer = new CiderD(trainingReferences);
 * const reward = scorer.score(sampledCaption, trainingReferences[image]);
 * ```
 */
export class CiderD {
  readonly #inverseDocumentFrequencies: ReadonlyMap<string, number>;
  /** The weight of an n-gram that is in no document. */
  readonly #highestInverseDocumentFrequency: number;
  readonly #vectors = new WeakMap<readonly Caption[], readonly CaptionVector[]>();

  /**
   * @param documents - the references of each image, which are one document: an n-gram's document
   *   frequency is the number of images that use it
   */
  constructor(documents: readonly (readonly Caption[])[]) {
    this.#highestInverseDocumentFrequency = Math.log(documents.length);
    this.#inverseDocumentFrequencies = inverseDocumentFrequencies(documents);
  }

  /**
   * Scores one candidate against the references of its image, from 0 to 10, which is the score of a
   * candidate that equals its only reference.
   *
   * Caches the vectors of a list of references while the list itself exists, so scoring against the
   * same array again costs little more than the candidate's own n-grams.
   */
  score(candidate: Caption, references: readonly Caption[]): number {
    const vector = this.#vectorOf(candidate);
    let sum = 0;
    for (const reference of this.#vectorsOf(references)) sum += similarity(vector, reference);
    return (SCALE * sum) / (ORDERS * references.length);
  }

  #vectorsOf(references: readonly Caption[]): readonly CaptionVector[] {
    let vectors = this.#vectors.get(references);
    if (vectors === undefined) {
      vectors = references.map((reference) => this.#vectorOf(reference));
      this.#vectors.set(references, vectors);
    }
    return vectors;
  }

  #vectorOf(caption: Caption): CaptionVector {
    const weights = countNgrams(caption, ORDERS);
    const norms = weights.map((table) => {
      let squares = 0;
      for (const [ngram, count] of table) {
        const weight = count * this.#inverseDocumentFrequency(ngram);
        table.set(ngram, weight);
        squares += weight ** 2;
      }
      return Math.sqrt(squares);
    });
    return { weights, norms, length: Math.max(0, caption.length - 1) };
  }

  #inverseDocumentFrequency(ngram: string): number {
    return this.#inverseDocumentFrequencies.get(ngram) ?? this.#highestInverseDocumentFrequency;
  }
}

function inverseDocumentFrequencies(
  documents: readonly (readonly Caption[])[],
): ReadonlyMap<string, number> {
  const frequencies = new Map<string, number>();
  for (const captions of documents) {
    const ngrams = new Set<string>();
    for (const caption of captions) {
      for (const table of countNgrams(caption, ORDERS)) {
        for (const ngram of table.keys()) ngrams.add(ngram);
      }
    }
    for (const ngram of ngrams) frequencies.set(ngram, (frequencies.get(ngram) ?? 0) + 1);
  }
  const logarithm = Math.log(documents.length);
  for (const [ngram, frequency] of frequencies) {
    frequencies.set(ngram, logarithm - Math.log(frequency));
  }
  return frequencies;
}

/**
 * Returns the sum over the orders of the clipped cosine `sum min(c, r) r / (|c| |r|)`, times
 * `exp(-d^2 / (2 sigma^2))` for lengths that differ by `d`.
 */
function similarity(candidate: CaptionVector, reference: CaptionVector): number {
  let sum = 0;
  for (const [index, table] of candidate.weights.entries()) {
    const norms = (candidate.norms[index] ?? 0) * (reference.norms[index] ?? 0);
    if (norms !== 0) sum += clippedProduct(table, reference.weights[index]) / norms;
  }
  const difference = candidate.length - reference.length;
  return sum * Math.exp(-(difference ** 2) / (2 * SIGMA ** 2));
}

/** Returns the clipped dot product of two vectors: it does not rise if a good word is repeated. */
function clippedProduct(
  candidate: ReadonlyMap<string, number>,
  reference: ReadonlyMap<string, number> | undefined,
): number {
  let product = 0;
  for (const [ngram, weight] of candidate) {
    const other = reference?.get(ngram);
    if (other !== undefined) product += Math.min(weight, other) * other;
  }
  return product;
}
