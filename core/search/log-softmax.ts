/** The distribution of a caption's next token. */
export interface Distribution {
  /** Log-probabilities, `[V]`; `-Infinity` for what is impossible. */
  readonly scores: Float32Array;
  /** Its entropy, in nats. */
  readonly entropy: number;
}

/**
 * Converts one row of logits to log-probabilities.
 *
 * Removes forbidden tokens before normalising, so that the probabilities of the others sum to one.
 * Subtracts the largest logit before exponentiating, so that `exp` does not overflow. The entropy comes
 * from the same exponentials, which are most of the work: `log(sum e^x) - sum(x e^x) / sum e^x`.
 *
 * @param logits - `[N, V]`; not changed.
 */
export function logSoftmaxRow(
  logits: Float32Array,
  row: number,
  vocabularySize: number,
  forbidden: readonly number[],
): Distribution {
  const scores = logits.slice(row * vocabularySize, (row + 1) * vocabularySize);
  for (const token of forbidden) scores[token] = Number.NEGATIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > largest) largest = score;
  let sum = 0;
  let weighted = 0;
  for (const score of scores) {
    if (score === Number.NEGATIVE_INFINITY) continue;
    const weight = Math.exp(score - largest);
    sum += weight;
    weighted += weight * (score - largest);
  }
  const logSum = largest + Math.log(sum);
  for (let token = 0; token < scores.length; token++) scores[token] = (scores[token] ?? 0) - logSum;
  return { scores, entropy: Math.log(sum) - weighted / sum };
}
