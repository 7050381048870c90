import { attentionRow } from "./greedy.ts";
import { nextTokenScores } from "./scores.ts";
import type { DecoderStep, Hypothesis, SearchOptions, StepOutput } from "./step.ts";

export interface BeamOptions extends SearchOptions {
  /** The number of captions that grow side by side; at least 1. One is greedy search. */
  readonly beamSize: number;
  /**
   * Captions are compared by `logProbability / n ** lengthPenalty`, n counting their tokens and
   * the end. 0 compares bare probabilities, which favours short captions; 1 compares the mean.
   */
  readonly lengthPenalty: number;
}

interface Candidate {
  readonly row: number;
  readonly token: number;
  readonly logProbability: number;
  readonly tokenLogProbability: number;
  /** Of the distribution of its row. */
  readonly entropy: number;
}

const empty: Hypothesis = {
  tokens: [],
  tokenLogProbabilities: [],
  tokenEntropies: [],
  logProbability: 0,
  ended: false,
  attention: [],
};

/**
 * Searches for the captions of one image with a beam.
 *
 * A caption that ends leaves the beam and its place stays empty: the beam narrows, as in Sutskever et
 * al. (2014). The search stops when `beamSize` captions have ended or the maximum length is reached.
 *
 * @param state - the decoder's state before the first word, one row
 * @returns up to `beamSize` different captions, the best by the normalised score first
 */
export async function beamSearch<State>(
  decoder: DecoderStep<State>,
  state: State,
  options: BeamOptions,
): Promise<Hypothesis[]> {
  const ended: Hypothesis[] = [];
  let beam: Hypothesis[] = [empty];
  let current = state;
  let last = Int32Array.of(options.startToken);
  for (let length = 0; length < options.maximumLength && beam.length > 0; length++) {
    const output = await decoder.step(last, current);
    decoder.release?.(current);
    const best = bestCandidates(beam, output, decoder.vocabularySize, options, ended.length);
    const growing = best.filter((candidate) => candidate.token !== options.endToken);
    ended.push(
      ...best
        .filter((candidate) => candidate.token === options.endToken)
        .map((candidate) => extend(beam, candidate, output, options)),
    );
    beam = growing.map((candidate) => extend(beam, candidate, output, options));
    current = decoder.select(
      output.state,
      growing.map((candidate) => candidate.row),
    );
    decoder.release?.(output.state);
    last = Int32Array.from(growing, (candidate) => candidate.token);
  }
  decoder.release?.(current);
  return [...ended, ...beam]
    .sort((a, b) => normalisedScore(b, options) - normalisedScore(a, options))
    .slice(0, options.beamSize);
}

/** Returns the score that compares captions of different lengths. */
export function normalisedScore(
  hypothesis: Hypothesis,
  options: Pick<BeamOptions, "lengthPenalty">,
): number {
  const length = Math.max(1, hypothesis.tokenLogProbabilities.length);
  return hypothesis.logProbability / length ** options.lengthPenalty;
}

function bestCandidates<State>(
  beam: readonly Hypothesis[],
  output: StepOutput<State>,
  vocabularySize: number,
  options: BeamOptions,
  endedAlready: number,
): Candidate[] {
  const wanted = options.beamSize - endedAlready;
  const candidates: Candidate[] = [];
  for (const [row, hypothesis] of beam.entries()) {
    const { tokens } = hypothesis;
    const { scores, entropy } = nextTokenScores(
      output.logits,
      row,
      tokens,
      vocabularySize,
      options,
    );
    for (const token of largestIndices(scores, wanted)) {
      const tokenLogProbability = scores[token] ?? 0;
      const logProbability = hypothesis.logProbability + tokenLogProbability;
      candidates.push({ row, token, logProbability, tokenLogProbability, entropy });
    }
  }
  return candidates.sort((a, b) => b.logProbability - a.logProbability).slice(0, wanted);
}

function extend<State>(
  beam: readonly Hypothesis[],
  candidate: Candidate,
  output: StepOutput<State>,
  options: SearchOptions,
): Hypothesis {
  const before = beam[candidate.row] ?? empty;
  const ended = candidate.token === options.endToken;
  const attention = output.attention;
  return {
    tokens: ended ? before.tokens : [...before.tokens, candidate.token],
    tokenLogProbabilities: [...before.tokenLogProbabilities, candidate.tokenLogProbability],
    tokenEntropies: [...before.tokenEntropies, candidate.entropy],
    logProbability: candidate.logProbability,
    ended,
    attention:
      ended || attention === undefined
        ? before.attention
        : [...before.attention, attentionRow(attention, candidate.row, beam.length)],
  };
}

/**
 * Returns the indices of the `count` largest finite values, the largest first.
 *
 * @param values - `[V]`
 */
export function largestIndices(values: Float32Array, count: number): number[] {
  const best: number[] = [];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? Number.NEGATIVE_INFINITY;
    if (value === Number.NEGATIVE_INFINITY) continue;
    const worst = best[best.length - 1];
    if (best.length === count && worst !== undefined && value <= (values[worst] ?? 0)) continue;
    let place = best.length;
    while (place > 0 && value > (values[best[place - 1] ?? 0] ?? 0)) place--;
    best.splice(place, 0, index);
    if (best.length > count) best.pop();
  }
  return best;
}
