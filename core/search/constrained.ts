import { largestIndices, normalisedScore } from "./beam.ts";
import { attentionRow } from "./greedy.ts";
import type { Distribution } from "./log-softmax.ts";
import { nextTokenScores } from "./scores.ts";
import type { DecoderStep, Hypothesis, SearchOptions, StepOutput } from "./step.ts";

/** Options of {@link constrainedSearch}. */
export interface ConstrainedOptions extends SearchOptions {
  /** The number of unfinished captions that are kept; at least 1. */
  readonly beamSize: number;
  /** As in beam search: see {@link normalisedScore}. */
  readonly lengthPenalty: number;
  /** Tells whether a caption of these tokens fits a limit other than `maximumLength`. */
  fits(tokens: readonly number[]): boolean;
  /** Tells whether a caption may end with a token, even if the decoder finds that unlikely. */
  mayEnd(token: number): boolean;
}

/**
 * From this probability of the end on, a caption counts as ended by the decoder. If a phrase is complete
 * but the decoder tends to continue, the end has a probability of 0.0001 to 0.02.
 */
const MINIMUM_END_PROBABILITY = 0.005;

/** A word below this probability was chosen only because no other fits, as in "a girls". */
const MINIMUM_WORD_PROBABILITY = 0.001;

/** A caption, and the log-probability of its end at this point. */
interface Ending {
  readonly tokens: readonly number[];
  readonly tokenLogProbabilities: readonly number[];
  readonly tokenEntropies: readonly number[];
  readonly attention: readonly Float32Array[];
  readonly endLogProbability: number;
  /** The entropy, in nats, of the distribution that the end was scored by. */
  readonly endEntropy: number;
}

type Prefix = Omit<Ending, "endLogProbability" | "endEntropy"> & {
  readonly logProbability: number;
};

const EMPTY: Prefix = {
  tokens: [],
  tokenLogProbabilities: [],
  tokenEntropies: [],
  attention: [],
  logProbability: 0,
};

/**
 * Searches for captions that must be short, with a beam.
 *
 * Every caption of the beam may end at every step, unless its last word needs another one. Among the
 * captions that the decoder itself would end, the best by the normalised score win. If there are too
 * few of them, captions are cut where the decoder is most willing to end; these have `ended: false`.
 *
 * @param state - the decoder's state before the first word, one row.
 * @returns up to `count` captions, the ended ones first, each kind by score; perhaps
 *   none, if the limits are very tight.
 */
export async function constrainedSearch<State>(
  decoder: DecoderStep<State>,
  state: State,
  count: number,
  options: ConstrainedOptions,
): Promise<Hypothesis[]> {
  const endings: Ending[] = [];
  let beam: Prefix[] = [EMPTY];
  let current = state;
  let last = Int32Array.of(options.startToken);
  for (let length = 0; length <= options.maximumLength && beam.length > 0; length++) {
    const output = await decoder.step(last, current);
    decoder.release?.(current);
    const rows = beam.map((prefix, row) =>
      nextTokenScores(output.logits, row, prefix.tokens, decoder.vocabularySize, options),
    );
    endings.push(...beam.flatMap((prefix, row) => endingsOf(prefix, rows[row], options)));
    const growing = length < options.maximumLength ? extensions(beam, rows, options) : [];
    beam = growing.map((candidate) => extend(beam, candidate, output));
    current = decoder.select(
      output.state,
      growing.map(({ row }) => row),
    );
    decoder.release?.(output.state);
    last = Int32Array.from(growing, ({ token }) => token);
  }
  decoder.release?.(current);
  return choose(endings, count, options);
}

function endingsOf(
  prefix: Prefix,
  next: Distribution | undefined,
  { endToken, mayEnd }: ConstrainedOptions,
): Ending[] {
  const last = prefix.tokens.at(-1);
  if (last === undefined || !mayEnd(last)) return [];
  const endLogProbability = next?.scores[endToken] ?? Number.NEGATIVE_INFINITY;
  return [{ ...prefix, endLogProbability, endEntropy: next?.entropy ?? 0 }];
}

interface Extension {
  readonly row: number;
  readonly token: number;
  readonly tokenLogProbability: number;
  readonly tokenEntropy: number;
  readonly logProbability: number;
}

/** Returns the best extensions that fit, at most `beamSize` of them. */
function extensions(
  beam: readonly Prefix[],
  rows: readonly Distribution[],
  options: ConstrainedOptions,
): Extension[] {
  const candidates = beam.flatMap((prefix, row) => {
    const isLast = prefix.tokens.length + 1 === options.maximumLength;
    const next = rows[row];
    if (next === undefined) return [];
    const scores = next.scores.map((score, token) =>
      token === options.endToken || (isLast && !options.mayEnd(token)) ? -Infinity : score,
    );
    return largestIndices(scores, options.beamSize).map((token) => {
      const tokenLogProbability = scores[token] ?? -Infinity;
      const logProbability = prefix.logProbability + tokenLogProbability;
      return { row, token, tokenLogProbability, tokenEntropy: next.entropy, logProbability };
    });
  });
  return candidates
    .filter(({ row, token }) => options.fits([...(beam[row]?.tokens ?? []), token]))
    .sort((a, b) => b.logProbability - a.logProbability)
    .slice(0, options.beamSize);
}

function extend<State>(
  beam: readonly Prefix[],
  { row, token, tokenLogProbability, tokenEntropy, logProbability }: Extension,
  { attention }: StepOutput<State>,
): Prefix {
  const before = beam[row] ?? EMPTY;
  return {
    tokens: [...before.tokens, token],
    tokenLogProbabilities: [...before.tokenLogProbabilities, tokenLogProbability],
    tokenEntropies: [...before.tokenEntropies, tokenEntropy],
    attention: attention
      ? [...before.attention, attentionRow(attention, row, beam.length)]
      : before.attention,
    logProbability,
  };
}

function choose(
  endings: readonly Ending[],
  count: number,
  options: ConstrainedOptions,
): Hypothesis[] {
  const score = (ending: Ending) => normalisedScore(asEnded(ending), options);
  const ranked = endings.toSorted((a, b) => score(b) - score(a));
  const isComplete = ({ endLogProbability, tokenLogProbabilities }: Ending) =>
    endLogProbability >= Math.log(MINIMUM_END_PROBABILITY) &&
    Math.min(...tokenLogProbabilities) >= Math.log(MINIMUM_WORD_PROBABILITY);
  const complete = ranked.filter(isComplete).map(asEnded);
  const cut = ranked.filter((ending) => !isComplete(ending)).map(asCut);
  return [...complete, ...cut].slice(0, count);
}

function asEnded({ tokens, attention, ...ending }: Ending): Hypothesis {
  const tokenLogProbabilities = [...ending.tokenLogProbabilities, ending.endLogProbability];
  return {
    tokens,
    tokenLogProbabilities,
    tokenEntropies: [...ending.tokenEntropies, ending.endEntropy],
    attention,
    ended: true,
    logProbability: sum(tokenLogProbabilities),
  };
}

function asCut({ tokens, attention, tokenLogProbabilities, tokenEntropies }: Ending): Hypothesis {
  return {
    tokens,
    tokenLogProbabilities,
    tokenEntropies,
    attention,
    ended: false,
    logProbability: sum(tokenLogProbabilities),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
