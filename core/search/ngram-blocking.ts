/**
 * Returns the tokens that would repeat an n-gram of the caption, and the last token, since no word
 * follows itself.
 *
 * Paulus, Xiong and Socher, "A Deep Reinforced Model for Abstractive Summarization" (2018), section
 * 2.5. A network that was trained on a measure of whole captions tends to repeat itself ("riding a
 * bike on a bike").
 *
 * @param tokens - the caption so far
 * @param size - n, at least 2
 */
export function repeatingTokens(tokens: readonly number[], size: number): number[] {
  const last = tokens.length - (size - 1);
  const repeating = tokens.slice(-1);
  for (let start = 0; start < last; start++) {
    const token = tokens[start + size - 1];
    if (token !== undefined && agrees(tokens, start, last, size - 1)) repeating.push(token);
  }
  return repeating;
}

/** Whether `count` tokens from one place on equal those from the other. */
function agrees(tokens: readonly number[], one: number, other: number, count: number): boolean {
  for (let index = 0; index < count; index++) {
    if (tokens[one + index] !== tokens[other + index]) return false;
  }
  return true;
}
