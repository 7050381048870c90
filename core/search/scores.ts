import { logSoftmaxRow } from "./log-softmax.ts";
import { repeatingTokens } from "./ngram-blocking.ts";
import type { SearchOptions } from "./step.ts";

/**
 * The log-probabilities among which a search chooses the next token of a caption.
 *
 * Tokens that no caption holds are left out before normalising. Those that would only repeat are left
 * out afterwards: what is said instead keeps the probability that the decoder gave it.
 *
 * @param logits - `[N, V]`; not changed.
 * @param tokens - the caption of the row so far.
 * @returns `[V]`, `-Infinity` for what may not be chosen.
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
