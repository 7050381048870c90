import { neutralise } from "./index.ts";

/** The parts of a caption that belong to its words. */
interface CaptionWords {
  readonly tokens: readonly string[];
  /** One for each word, and one more if the decoder ended the caption. */
  readonly tokenLogProbabilities: readonly number[];
  /** `[R]` for each word; empty without attention. */
  readonly attention: readonly Float32Array[];
}

/**
 * Rewrites a caption without genders. The log-probabilities of the words that a new word stands for
 * are summed, so that the sum over the caption stays the same; their attention is averaged.
 */
export function neutralCaption(caption: CaptionWords): CaptionWords {
  const words = neutralise(caption.tokens);
  const end = caption.tokenLogProbabilities.slice(caption.tokens.length);
  return {
    tokens: words.map(({ word }) => word),
    tokenLogProbabilities: [
      ...words.map(({ from }) =>
        from.reduce((sum, index) => sum + (caption.tokenLogProbabilities[index] ?? 0), 0),
      ),
      ...end,
    ],
    attention:
      caption.attention.length === 0
        ? []
        : words.map(({ from }) => mean(from.flatMap((index) => caption.attention[index] ?? []))),
  };
}

/** Returns the mean of weights `[R]`. */
function mean(maps: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array()] = maps;
  return first.map(
    (_, region) => maps.reduce((sum, map) => sum + (map[region] ?? 0), 0) / maps.length,
  );
}
