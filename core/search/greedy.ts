import { nextTokenScores } from "./scores.ts";
import type { DecoderStep, Hypothesis, SearchOptions } from "./step.ts";

interface Draft {
  readonly tokens: number[];
  readonly tokenLogProbabilities: number[];
  readonly tokenEntropies: number[];
  readonly attention: Float32Array[];
  ended: boolean;
}

/**
 * Searches greedily: chooses the most probable allowed token at each step (of equal ones, the one with
 * the lowest id).
 *
 * @param state - the decoder's state before the first word of `batch` captions
 * @returns one hypothesis for each row of the state
 */
export async function greedySearch<State>(
  decoder: DecoderStep<State>,
  state: State,
  batch: number,
  options: SearchOptions,
): Promise<Hypothesis[]> {
  const drafts: Draft[] = Array.from({ length: batch }, () => ({
    tokens: [],
    tokenLogProbabilities: [],
    tokenEntropies: [],
    attention: [],
    ended: false,
  }));
  let current = state;
  let last = new Int32Array(batch).fill(options.startToken);
  for (let length = 0; length < options.maximumLength; length++) {
    if (drafts.every((draft) => draft.ended)) break;
    const output = await decoder.step(last, current);
    decoder.release?.(current);
    current = output.state;
    const next = new Int32Array(batch).fill(options.endToken);
    for (const [row, draft] of drafts.entries()) {
      if (draft.ended) continue;
      next[row] = extend(draft, row, output, decoder.vocabularySize, options);
    }
    last = next;
  }
  decoder.release?.(current);
  return drafts.map(finish);
}

function extend<State>(
  draft: Draft,
  row: number,
  output: { logits: Float32Array; attention?: Float32Array; state: State },
  vocabularySize: number,
  options: SearchOptions,
): number {
  const { scores, entropy } = nextTokenScores(
    output.logits,
    row,
    draft.tokens,
    vocabularySize,
    options,
  );
  const token = indexOfLargest(scores);
  draft.tokenLogProbabilities.push(scores[token] ?? 0);
  draft.tokenEntropies.push(entropy);
  if (token === options.endToken) {
    draft.ended = true;
    return token;
  }
  draft.tokens.push(token);
  if (output.attention)
    draft.attention.push(
      attentionRow(output.attention, row, output.logits.length / vocabularySize),
    );
  return token;
}

function finish(draft: Draft): Hypothesis {
  const logProbability = draft.tokenLogProbabilities.reduce((sum, value) => sum + value, 0);
  return { ...draft, logProbability };
}

/**
 * Returns the index of the largest value; of equal values the first.
 *
 * @param values - `[V]`
 */
export function indexOfLargest(values: Float32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if ((values[index] ?? 0) > (values[best] ?? 0)) best = index;
  }
  return best;
}

/**
 * Copies the weights of one row.
 *
 * @param attention - `[N, R]`
 * @param rows - N
 * @returns `[R]`
 */
export function attentionRow(attention: Float32Array, row: number, rows: number): Float32Array {
  const regions = attention.length / rows;
  return attention.slice(row * regions, (row + 1) * regions);
}
