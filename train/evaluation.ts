import type * as tfTypes from "@tensorflow/tfjs";
import { greedySearch } from "../core/search/greedy.ts";
import type { DecoderStep, SearchOptions } from "../core/search/step.ts";
import { specialTokens, unspeakableTokens, type Vocabulary } from "../core/vocabulary.ts";
import { type MeasureValues, measure as scored } from "../metrics/measures.ts";
import type { TensorFlow } from "../node/tensorflow.ts";
import type { TrainOptions } from "../run-files/options.ts";
import { tidied } from "./model/tidied.ts";
import type { CaptionState, ImageState, UnrolledNetwork } from "./model/unrolled.ts";

/** The measures of a split's captions, and how many different ones are among them, as a fraction. */
export type SplitMeasures = MeasureValues & { readonly distinct: number };

/** What the network wrote about images, and how it scored. */
export interface Evaluation {
  readonly captions: readonly (readonly string[])[];
  readonly values: SplitMeasures;
}

interface SearchState {
  readonly image: ImageState;
  readonly captions: CaptionState;
}

/** Image states of rows of a split. */
export type StatesOf = (rows: readonly number[]) => ImageState;

/** What captions are held to, whatever the network would say. */
export type WritingOptions = Pick<TrainOptions, "maximumLength" | "ngramBlocking">;

/** What a search makes of them. */
function searchOptions({ maximumLength, ngramBlocking }: WritingOptions): SearchOptions {
  return {
    startToken: specialTokens.start,
    endToken: specialTokens.end,
    forbiddenTokens: unspeakableTokens,
    maximumLength,
    ngramBlocking: ngramBlocking === 0 ? undefined : ngramBlocking,
  };
}

/** A network, and what it writes captions with. */
interface CaptionWriter {
  readonly network: UnrolledNetwork;
  readonly vocabulary: Vocabulary;
  readonly options: WritingOptions;
}

/** Writes a caption for each image of a state, greedily. */
export async function captionGreedily(
  { network, vocabulary, options }: CaptionWriter,
  image: ImageState,
): Promise<string[][]> {
  const captions = tidied(network.tf, () => network.startCaptions(image, 1));
  const hypotheses = await greedySearch(
    decoderStep(network, vocabulary.size),
    { image, captions },
    image.hidden.shape[0] ?? 0,
    searchOptions(options),
  );
  return hypotheses.map(({ tokens }) => tokens.map((token) => vocabulary.word(token)));
}

/** Images whose captions are written side by side. */
const imagesAtOnce = 100;

/** Writes a caption for each image of a split, greedily. @param stateOf - for rows of the split. */
export async function captionRows(
  writer: CaptionWriter,
  rows: readonly number[],
  stateOf: StatesOf,
): Promise<string[][]> {
  const captions: string[][] = [];
  for (let start = 0; start < rows.length; start += imagesAtOnce) {
    const state = stateOf(rows.slice(start, start + imagesAtOnce));
    captions.push(...(await captionGreedily(writer, state)));
    disposeImageState(writer.network.tf, state);
  }
  return captions;
}

/** The decoder as `core/search` drives it, one caption an image. */
function decoderStep(network: UnrolledNetwork, vocabularySize: number): DecoderStep<SearchState> {
  const { tf } = network;
  return {
    vocabularySize,
    async step(tokens, { image, captions }) {
      const result = tidied(tf, () => {
        const { logits, state } = network.step(image, captions, tf.tensor1d(tokens, "int32"));
        return { logits, state };
      });
      const logits = (await result.logits.data()) as Float32Array;
      result.logits.dispose();
      return { logits, state: { image, captions: result.state } };
    },
    select() {
      throw new Error("greedy search selects nothing");
    },
    release({ captions }) {
      tf.dispose([captions.hidden, captions.cell]);
    },
  };
}

/** Scores captions against the captions of people. */
export function measure(
  candidates: readonly (readonly string[])[],
  references: readonly (readonly (readonly string[])[])[],
): SplitMeasures {
  const different = new Set(candidates.map((words) => words.join(" "))).size;
  const { corpus } = scored(candidates, references);
  return { ...corpus, distinct: different / candidates.length };
}

/** Lets go of an image state. */
export function disposeImageState(tf: TensorFlow, image: ImageState): void {
  const tensors: tfTypes.Tensor[] = [image.hidden, image.cell];
  if (image.regions) tensors.push(image.regions.features, image.regions.keys);
  tf.dispose(tensors);
}
