/** The output of a decoder for the next token of each of N unfinished captions. */
export interface StepOutput<State> {
  /** Unnormalised scores, `[N, V]` row by row. */
  readonly logits: Float32Array;
  readonly state: State;
  /** Where the decoder looked, `[N, R]` row by row; each row sums to one. Absent without attention. */
  readonly attention?: Float32Array;
}

/**
 * One step of a decoder, run by TensorFlow.js in training and by ONNX Runtime afterwards.
 *
 * The state is opaque to the search, which only passes it on and selects rows of it.
 */
export interface DecoderStep<State> {
  /** V, the number of tokens that each row of logits scores. */
  readonly vocabularySize: number;
  /** Takes the last token of each caption, `[N]`, and returns the scores of the next. */
  step(tokens: Int32Array, state: State): Promise<StepOutput<State>>;
  /** Returns the state of the captions at `rows`, in that order; a row may occur several times. */
  select(state: State, rows: readonly number[]): State;
  /** Called with each state that the search will not use again. */
  release?(state: State): void;
}

/** Options of every search. */
export interface SearchOptions {
  readonly startToken: number;
  readonly endToken: number;
  /** Tokens that may never be chosen, such as padding. */
  readonly forbiddenTokens: readonly number[];
  /** The largest number of tokens of a caption, its end not counted; at least 1. */
  readonly maximumLength: number;
  /**
   * No n-gram of this many tokens, at least 2, occurs twice in a caption, and no token follows itself.
   * Absent: repetition is allowed.
   */
  readonly ngramBlocking?: number | undefined;
}

/** A caption as a search found it. */
export interface Hypothesis {
  /** Without start and end. */
  readonly tokens: readonly number[];
  /** Natural logarithm of the probability of each token; one more than tokens if the end was reached. */
  readonly tokenLogProbabilities: readonly number[];
  /** For each of these the entropy, in nats, of the distribution that the token was chosen from. */
  readonly tokenEntropies: readonly number[];
  /** The sum of the log-probabilities, that of the end included where it was reached. */
  readonly logProbability: number;
  /** Whether the decoder ended the caption itself. */
  readonly ended: boolean;
  /** For each token the weights over the regions, `[R]`; empty without attention. */
  readonly attention: readonly Float32Array[];
}
