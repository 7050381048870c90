import { type Distribution, logSoftmaxRow } from "./log-softmax.ts";
import { repeatingTokens } from "./ngram-blocking.ts";
import type { SearchOptions } from "./step.ts";

/**
 * Computes the distribution of the next token of a caption.
 *
 * Removes tokens that no caption contains before normalising, and repeating tokens afterwards, so that
 * the token chosen instead keeps the probability that the decoder gave it.
 *
 * @param logits - `[N, V]`; not changed
 * @param tokens - the caption of the row so far
 */
export function nextTokenScores(
  logits: Float32Array,
  row: number,
  tokens: readonly number[],
  vocabularySize: number,
  { forbiddenTokens, ngramBlocking }: SearchOptions,
): Distribution {
  const all = logSoftmaxRow(logits, row, vocabularySize, forbiddenTokens);
  if (ngramBlocking === undefined) return all;
  const { scores } = all;
  let { entropy } = all;
  for (const token of repeatingTokens(tokens, ngramBlocking)) {
    entropy += entropyPart(scores[token]);
    scores[token] = Number.NEGATIVE_INFINITY;
  }
  return { scores, entropy };
}

/** Returns `p log p` of a token; a token that cannot occur has no part in the entropy. */
function entropyPart(score = Number.NEGATIVE_INFINITY): number {
  return score === Number.NEGATIVE_INFINITY ? 0 : Math.exp(score) * score;
}
