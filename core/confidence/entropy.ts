/**
 * Returns the entropy, in nats, of a distribution.
 *
 * @param logProbabilities - natural logarithms; `-Infinity` for what is impossible.
 */
export function entropy(logProbabilities: Iterable<number>): number {
  let sum = 0;
  for (const value of logProbabilities) {
    if (value > Number.NEGATIVE_INFINITY) sum -= Math.exp(value) * value;
  }
  return sum;
}
