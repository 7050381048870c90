/**
 * Captions images: the encoder turns an image into the decoder's first state, a search asks the decoder
 * for one word after the other, and the words become a sentence with its probability and confidence.
 *
 * @module
 */
import { attendedFeatures, type DecoderState, decoderStep, encodeImage } from "./bundle/graphs.ts";
import type { LoadedBundle } from "./bundle/read.ts";
import { confidenceOf, roundConfidence } from "./confidence/confidence.ts";
import {
  type ConfidenceEvidence,
  type ImageEvidence,
  measureImage,
} from "./confidence/evidence.ts";
import type { ConfidenceModel } from "./confidence/schema.ts";
import { neutralCaption } from "./neutral/caption.ts";
import { neutralise } from "./neutral/index.ts";
import type { ConstrainedOptions } from "./search/constrained.ts";
import type { DecoderStep, Hypothesis, SearchOptions } from "./search/step.ts";
import { teacherForcedChoices } from "./search/teacher-forced.ts";
import { mayEndWith } from "./search/unfinished-words.ts";
import { searchWithinLimits } from "./search/within-limits.ts";
import { specialTokens, writeSentence } from "./vocabulary.ts";

/** Options of {@link Captioner.caption}. */
export interface CaptionOptions {
  /** The beam size; 1, the default, is greedy search. */
  readonly beamSize?: number;
  /** Captions compare by `logProbability / n ** lengthPenalty`; 1, the default, gives the mean. */
  readonly lengthPenalty?: number;
  /** The largest number of words; by default the bundle's own. */
  readonly maximumLength?: number | undefined;
  /** The style of the sentence; the manifest's default if absent. */
  readonly style?: string;
  /** The largest number of characters of the sentence, its full stop included. */
  readonly maximumCharacters?: number | undefined;
  /** Rewrites captions without genders: see {@link neutralise}. */
  readonly neutral?: boolean;
}

/** A sentence about an image. */
export interface Caption {
  readonly caption: string;
  /** The words, in lower case and without punctuation. */
  readonly tokens: readonly string[];
  /** Natural logarithms of the words' probabilities, and of the end's if the decoder ended it. */
  readonly tokenLogProbabilities: readonly number[];
  /** Their sum. */
  readonly logProbability: number;
  /** For each word, the weights over the bundle's regions, `[R]`; empty without attention. */
  readonly attention: readonly Float32Array[];
  /** False if the caption had to be cut to a limit on its length. */
  readonly complete: boolean;
  /**
   * The probability that the caption fits its image, in thousandths; 0 if the caption was cut, absent
   * without a calibration.
   */
  readonly confidence?: number;
  /** What the confidence is computed from. */
  readonly evidence: ConfidenceEvidence;
}

/** Returns a caption's confidence in thousandths: 0 for one that was cut, which is no sentence. */
function confidenceIn(
  model: ConfidenceModel,
  { ended }: Hypothesis,
  evidence: ConfidenceEvidence,
): number {
  return ended ? roundConfidence(confidenceOf(model, evidence)) : 0;
}

/** Writes sentences about images with the two graphs of a bundle. */
export class Captioner {
  readonly bundle: LoadedBundle;
  readonly #decoder: DecoderStep<DecoderState>;

  constructor(bundle: LoadedBundle) {
    this.bundle = bundle;
    this.#decoder = decoderStep(bundle);
  }

  /**
   * Captions one image.
   *
   * @param image - the prepared image, `[H, W, 3]` of the bundle's preparation
   * @returns one caption, or up to `beamSize` of them, the best first; never none
   */
  async caption(image: Uint8Array, options: CaptionOptions = {}): Promise<Caption[]> {
    const state = await encodeImage(this.bundle, image);
    const found = await searchWithinLimits(this.#decoder, state, this.#limits(options));
    const evidence = measureImage(state.recurrent, attendedFeatures(this.bundle, state));
    return found.map((hypothesis) => this.#describe(hypothesis, evidence, options));
  }

  /**
   * Returns the most probable word after each prefix of a given caption. This compares two models
   * word by word, although their own captions diverge after the first difference.
   *
   * @param image - the prepared image, as for {@link Captioner.caption}
   * @param words - the caption, as `tokens` of {@link Caption}
   * @param style - the style of the caption; the manifest's default if absent
   * @returns one choice a word, then one at the caption's end unless it is of the maximum length;
   *   undefined if the decoder would end the caption
   */
  async choices(
    image: Uint8Array,
    words: readonly string[],
    style?: string,
  ): Promise<(string | undefined)[]> {
    const { vocabulary } = this.bundle;
    const state = await encodeImage(this.bundle, image);
    const tokens = vocabulary.encode(words);
    const options = this.#searchOptions(style === undefined ? {} : { style });
    const chosen = await teacherForcedChoices(this.#decoder, state, tokens, options);
    return chosen.map((token) =>
      token === specialTokens.end ? undefined : vocabulary.word(token),
    );
  }

  #searchOptions({ maximumLength, style }: CaptionOptions): SearchOptions {
    const { manifest, vocabulary } = this.bundle;
    return {
      startToken: vocabulary.startToken(style ?? manifest.defaultStyle),
      endToken: specialTokens.end,
      forbiddenTokens: vocabulary.unspeakableTokens,
      maximumLength: maximumLength ?? manifest.maximumLength,
      ngramBlocking: manifest.ngramBlocking,
    };
  }

  #limits(options: CaptionOptions): ConstrainedOptions {
    const { beamSize = 1, lengthPenalty = 1, maximumCharacters } = options;
    return {
      ...this.#searchOptions(options),
      beamSize,
      lengthPenalty,
      fits: (tokens) =>
        maximumCharacters === undefined ||
        this.#sentence(tokens, options).length <= maximumCharacters,
      mayEnd: (token) => mayEndWith(this.bundle.vocabulary.word(token)),
    };
  }

  #sentence(tokens: readonly number[], { neutral = false }: CaptionOptions): string {
    const words = this.#words(tokens);
    return writeSentence(neutral ? neutralise(words).map(({ word }) => word) : words);
  }

  #describe(
    hypothesis: Hypothesis,
    image: ImageEvidence,
    { neutral = false, style = this.bundle.manifest.defaultStyle }: CaptionOptions,
  ): Caption {
    const { tokenLogProbabilities, tokenEntropies, logProbability, attention } = hypothesis;
    const caption = { tokens: this.#words(hypothesis.tokens), tokenLogProbabilities, attention };
    const described = neutral ? neutralCaption(caption) : caption;
    // The confidence is that of the decoder's own words, because it was fitted on those.
    const evidence = {
      ...caption,
      tokenEntropies,
      image,
      ...(style === undefined ? {} : { style }),
    };
    const model = this.bundle.manifest.confidence;
    return {
      caption: writeSentence(described.tokens),
      ...described,
      logProbability,
      complete: hypothesis.ended,
      ...(model === undefined ? {} : { confidence: confidenceIn(model, hypothesis, evidence) }),
      evidence,
    };
  }

  #words(tokens: readonly number[]): string[] {
    return tokens.map((token) => this.bundle.vocabulary.word(token));
  }
}
