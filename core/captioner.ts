import type { LoadedBundle } from "./bundle/read.ts";
import { selectRows, type Tensor } from "./runtime.ts";
import { type BeamOptions, beamSearch } from "./search/beam.ts";
import { greedySearch } from "./search/greedy.ts";
import type { DecoderStep, Hypothesis, SearchOptions } from "./search/step.ts";
import { teacherForcedChoices } from "./search/teacher-forced.ts";
import { specialTokens, writeSentence } from "./vocabulary.ts";

/** What the search may be asked for, with what it does unasked. */
export interface CaptionOptions {
  /** 1, the default, is greedy search. */
  readonly beamSize?: number;
  readonly lengthPenalty?: number;
  /** At most this many words; the bundle's own maximum by default. */
  readonly maximumLength?: number;
  /** Whose voice the sentence has: a style of the vocabulary; the manifest's default unasked. */
  readonly style?: string;
}

/** A sentence about a picture. */
export interface Caption {
  readonly caption: string;
  /** The words, in lower case and without punctuation, as the decoder wrote them. */
  readonly tokens: readonly string[];
  /** Natural logarithms of the words' probabilities, and of the end's where it was reached. */
  readonly tokenLogProbabilities: readonly number[];
  readonly logProbability: number;
  /** For each word, the weights over the bundle's regions; empty without attention. */
  readonly attention: readonly Float32Array[];
}

interface DecoderState {
  readonly recurrent: readonly Tensor[];
  readonly image: readonly Tensor[];
}

/** Beams are compared by mean log-probability unless told otherwise. */
const defaultLengthPenalty = 1;

/** Writes sentences about pictures with the two graphs of a bundle. */
export class Captioner {
  readonly bundle: LoadedBundle;
  readonly #decoder: DecoderStep<DecoderState>;

  constructor(bundle: LoadedBundle) {
    this.bundle = bundle;
    this.#decoder = decoderStep(bundle);
  }

  /**
   * Captions one picture.
   *
   * @param image - what `prepare` made of it by the bundle's preparation: `[H, W, 3]`.
   * @returns one caption, or up to `beamSize` of them, the best first; never none.
   */
  async caption(image: Uint8Array, options: CaptionOptions = {}): Promise<Caption[]> {
    const state = await this.#encode(image);
    const hypotheses = await this.#search(state, options);
    return hypotheses.map((hypothesis) => this.#describe(hypothesis));
  }

  /**
   * The word that the decoder finds most probable after each beginning of a given caption: how two
   * models are compared word by word, though their own captions go apart after the first difference.
   *
   * @param image - as for {@link Captioner.caption}.
   * @param words - the caption, as `tokens` of {@link Caption}.
   * @param style - the caption's style; the manifest's default where it is absent.
   * @returns one choice a word, then one at the caption's end unless it is of the maximum length;
   *   undefined where the decoder would end the caption.
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

  #search(state: DecoderState, options: CaptionOptions): Promise<Hypothesis[]> {
    const search = this.#searchOptions(options);
    const beamSize = options.beamSize ?? 1;
    if (beamSize === 1) return greedySearch(this.#decoder, state, 1, search);
    const lengthPenalty = options.lengthPenalty ?? defaultLengthPenalty;
    const beam: BeamOptions = { ...search, beamSize, lengthPenalty };
    return beamSearch(this.#decoder, state, beam);
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

  #describe(hypothesis: Hypothesis): Caption {
    const tokens = hypothesis.tokens.map((token) => this.bundle.vocabulary.word(token));
    const { tokenLogProbabilities, logProbability, attention } = hypothesis;
    return {
      caption: writeSentence(tokens),
      tokens,
      tokenLogProbabilities,
      logProbability,
      attention,
    };
  }
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
