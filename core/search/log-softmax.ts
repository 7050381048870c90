/**
 * Converts one row of logits to log-probabilities.
 *
 * Removes forbidden tokens before normalising, so that the probabilities of the others sum to one.
 * Subtracts the largest logit before exponentiating, so that `exp` does not overflow.
 *
 * @param logits - `[N, V]`; not changed.
 * @returns `[V]`, with `-Infinity` at the forbidden tokens.
 */
export function logSoftmaxRow(
  logits: Float32Array,
  row: number,
  vocabularySize: number,
  forbidden: readonly number[],
): Float32Array {
  const scores = logits.slice(row * vocabularySize, (row + 1) * vocabularySize);
  for (const token of forbidden) scores[token] = Number.NEGATIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > largest) largest = score;
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - largest);
  const logSum = largest + Math.log(sum);
  for (let token = 0; token < scores.length; token++) scores[token] = (scores[token] ?? 0) - logSum;
  return scores;
}
