import type { LoadedBundle } from "./bundle/read.ts";
import { confidenceOf, roundConfidence } from "./confidence/confidence.ts";
import {
  type ConfidenceEvidence,
  type ImageEvidence,
  measureImage,
} from "./confidence/evidence.ts";
import { neutralCaption } from "./neutral/caption.ts";
import { neutralise } from "./neutral/index.ts";
import { selectRows, type Tensor } from "./runtime.ts";
import { beamSearch } from "./search/beam.ts";
import { constrainedSearch } from "./search/constrained.ts";
import { greedySearch } from "./search/greedy.ts";
import type { DecoderStep, Hypothesis, SearchOptions } from "./search/step.ts";
import { teacherForcedChoices } from "./search/teacher-forced.ts";

import { mayEndWith } from "./search/unfinished-words.ts";
import { specialTokens, writeSentence } from "./vocabulary.ts";

/** Options of {@link Captioner.caption}. */
export interface CaptionOptions {
  /** The beam size; 1, the default, is greedy search. */
  readonly beamSize?: number;
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
  readonly logProbability: number;
  /** For each word, the weights over the bundle's regions, `[R]`; empty without attention. */
  readonly attention: readonly Float32Array[];
  /** False if the caption had to be cut to a limit on its length. */
  readonly complete: boolean;
  /** The probability that the caption fits its image, in thousandths; absent if there is no calibration. */
  readonly confidence?: number;
  /** What the confidence is computed from. */
  readonly evidence: ConfidenceEvidence;
}

interface DecoderState {
  readonly recurrent: readonly Tensor[];
  readonly image: readonly Tensor[];
}

/** By default captions of a beam are compared by their mean log-probability. */
const DEFAULT_LENGTH_PENALTY = 1;

/** The beam that looks for captions within a limit on their length. */
const CONSTRAINED_BEAM = 5;

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
    const state = await this.#encode(image);
    const hypotheses = await this.#search(state, options);
    const measured = measureImage(state.recurrent, this.#attendedFeatures(state));
    return hypotheses.map((hypothesis) => this.#describe(hypothesis, measured, options));
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
    const state = await this.#encode(image);
    const tokens = vocabulary.encode(words);
    const chosen = await teacherForcedChoices(
      this.#decoder,
      state,
      tokens,
      this.#searchOptions(style === undefined ? {} : { style }),
    );
    return chosen.map((token) =>
      token === specialTokens.end ? undefined : vocabulary.word(token),
    );
  }

  async #encode(image: Uint8Array): Promise<DecoderState> {
    const { manifest, encoder } = this.bundle;
    const { height, width } = manifest.preparation;
    const { network } = manifest;
    const outputs = await encoder.run({
      [network.encoder.image]: { type: "uint8", dims: [1, height, width, 3], data: image },
    });
    return {
      recurrent: network.decoder.state.map(({ initial }) => pick(outputs, initial)),
      image: network.decoder.image.map(({ from }) => pick(outputs, from)),
    };
  }

  /** Searches without limits on the length first: most captions are within them anyway. */
  async #search(state: DecoderState, options: CaptionOptions): Promise<Hypothesis[]> {
    const { beamSize = 1, lengthPenalty = DEFAULT_LENGTH_PENALTY } = options;
    const search = this.#searchOptions(options);
    const found =
      beamSize === 1
        ? await greedySearch(this.#decoder, state, 1, search)
        : await beamSearch(this.#decoder, state, { ...search, beamSize, lengthPenalty });
    const fits = (tokens: readonly number[]) => this.#fits(tokens, options);
    const good = found.filter(({ ended, tokens }) => ended && fits(tokens));
    if (good.length === found.length) return found;

    const beam = { beamSize: Math.max(beamSize, CONSTRAINED_BEAM), lengthPenalty };
    const constrained = await constrainedSearch(this.#decoder, state, beamSize, {
      ...search,
      ...beam,
      fits,
      mayEnd: (token) => mayEndWith(this.bundle.vocabulary.word(token)),
    });
    if (constrained.length === 0) return found.slice(0, 1);
    // The best caption stays the best if it is within the limits.
    const first = good[0] === found[0] ? good : [];
    const others = constrained.filter(({ tokens }) => !first.some((one) => isSame(one, tokens)));
    return [...first, ...others].slice(0, beamSize);
  }

  #fits(tokens: readonly number[], { maximumCharacters, neutral }: CaptionOptions): boolean {
    if (maximumCharacters === undefined) return true;
    const words = tokens.map((token) => this.bundle.vocabulary.word(token));
    const written = neutral ? neutralise(words).map(({ word }) => word) : words;
    return writeSentence(written).length <= maximumCharacters;
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

  /** The tensor that attention weighs; without attention there is none. */
  #attendedFeatures({ image }: DecoderState): Tensor | undefined {
    return this.bundle.manifest.network.decoder.attention === undefined ? undefined : image[0];
  }

  #describe(
    hypothesis: Hypothesis,
    image: ImageEvidence,
    { neutral = false }: CaptionOptions,
  ): Caption {
    const words = hypothesis.tokens.map((token) => this.bundle.vocabulary.word(token));
    const { tokenLogProbabilities, tokenEntropies, logProbability, attention } = hypothesis;
    const caption = { tokens: words, tokenLogProbabilities, attention };
    const described = neutral ? neutralCaption(caption) : caption;
    // The confidence is that of the words as the decoder chose them: it was fitted on those.
    const evidence = { ...caption, tokenEntropies, image };
    const model = this.bundle.manifest.confidence;
    return {
      caption: writeSentence(described.tokens),
      ...described,
      logProbability,
      complete: hypothesis.ended,
      ...(model === undefined
        ? {}
        : { confidence: roundConfidence(confidenceOf(model, evidence)) }),
      evidence,
    };
  }
}

function isSame(hypothesis: Hypothesis, tokens: readonly number[]): boolean {
  return hypothesis.tokens.join() === tokens.join();
}

function decoderStep(bundle: LoadedBundle): DecoderStep<DecoderState> {
  const names = bundle.manifest.network.decoder;
  return {
    vocabularySize: bundle.vocabulary.size,
    async step(tokens, state) {
      const inputs: Record<string, Tensor> = {
        [names.token]: { type: "int32", dims: [tokens.length, 1], data: tokens },
      };
      for (const [index, { input }] of names.state.entries()) {
        inputs[input] = at(state.recurrent, index);
      }
      for (const [index, { input }] of names.image.entries())
        inputs[input] = at(state.image, index);
      const outputs = await bundle.decoder.run(inputs);
      return {
        logits: floats(pick(outputs, names.logits)),
        state: {
          recurrent: names.state.map(({ output }) => pick(outputs, output)),
          image: state.image,
        },
        ...(names.attention === undefined
          ? {}
          : { attention: floats(pick(outputs, names.attention)) }),
      };
    },
    select: (state, rows) => ({
      recurrent: state.recurrent.map((tensor) => selectRows(tensor, rows)),
      image: state.image.map((tensor) => selectRows(tensor, rows)),
    }),
  };
}

function pick(outputs: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const tensor = outputs[name];
  if (tensor) return tensor;
  throw new Error(`the graph has no output "${name}", which the manifest names`);
}

function at(tensors: readonly Tensor[], index: number): Tensor {
  const tensor = tensors[index];
  if (tensor) return tensor;
  throw new Error(`the decoder's state has no tensor ${index}`);
}

function floats(tensor: Tensor): Float32Array {
  if (tensor.data instanceof Float32Array) return tensor.data;
  throw new Error(`expected a float32 tensor, not ${tensor.type}`);
}
