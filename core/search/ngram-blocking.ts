/**
 * The tokens that would make a caption say the same n tokens in a row a second time.
 *
 * Paulus, Xiong and Socher, "A Deep Reinforced Model for Abstractive Summarization" (2018), section
 * 2.5: a network trained on a measure of whole captions repeats itself where it does not know how to
 * go on ("riding a bike on a bike").
 *
 * @param tokens - the caption so far.
 * @param size - n, at least 2.
 */
export function repeatingTokens(tokens: readonly number[], size: number): number[] {
  const last = tokens.length - (size - 1);
  const repeating: number[] = [];
  for (let start = 0; start < last; start++) {
    const token = tokens[start + size - 1];
    if (token !== undefined && agrees(tokens, start, last, size - 1)) repeating.push(token);
  }
  return repeating;
}

/** Whether as many tokens are the same from one place on as from the other. */
function agrees(tokens: readonly number[], one: number, other: number, count: number): boolean {
  for (let index = 0; index < count; index++) {
    if (tokens[one + index] !== tokens[other + index]) return false;
  }
  return true;
}
