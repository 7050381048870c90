import { logSoftmaxRow } from "./log-softmax.ts";
import { repeatingTokens } from "./ngram-blocking.ts";
import type { SearchOptions } from "./step.ts";

/**
 * Computes the log-probabilities of the next token of a caption.
 *
 * Removes tokens that no caption contains before normalising, and repeating tokens afterwards, so that
 * the token chosen instead keeps the probability that the decoder gave it.
 *
 * @param logits - `[N, V]`; not changed
 * @param tokens - the caption of the row so far
 * @returns `[V]`, `-Infinity` for forbidden tokens
 */
export function nextTokenScores(
  logits: Float32Array,
  row: number,
  tokens: readonly number[],
  vocabularySize: number,
  { forbiddenTokens, ngramBlocking }: SearchOptions,
): Float32Array {
  const scores = logSoftmaxRow(logits, row, vocabularySize, forbiddenTokens);
  if (ngramBlocking === undefined) return scores;
  for (const token of repeatingTokens(tokens, ngramBlocking)) {
    scores[token] = Number.NEGATIVE_INFINITY;
  }
  return scores;
}
