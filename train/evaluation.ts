import type * as tfTypes from "@tensorflow/tfjs";
import { greedySearch } from "../core/search/greedy.ts";
import type { DecoderStep, SearchOptions } from "../core/search/step.ts";
import { specialTokens, type Vocabulary } from "../core/vocabulary.ts";
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

function searchOptions({ vocabulary, options }: CaptionWriter, startToken: number): SearchOptions {
  const { maximumLength, ngramBlocking } = options;
  return {
    startToken,
    endToken: specialTokens.end,
    forbiddenTokens: vocabulary.unspeakableTokens,
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

/** Writes a caption for each image of a state, greedily. @param start - the first token of each. */
export async function captionGreedily(
  writer: CaptionWriter,
  image: ImageState,
  start: number,
): Promise<string[][]> {
  const { network, vocabulary } = writer;
  const captions = tidied(network.tf, () => network.startCaptions(image, 1));
  const hypotheses = await greedySearch(
    decoderStep(network, vocabulary.size),
    { image, captions },
    image.hidden.shape[0] ?? 0,
    searchOptions(writer, start),
  );
  return hypotheses.map(({ tokens }) => tokens.map((token) => vocabulary.word(token)));
}

/** Images whose captions are written side by side. */
const imagesAtOnce = 100;

/**
 * Writes a caption for each of some images of a split, greedily and each in its set's style.
 *
 * @param starts - the first token of each image's caption, for all rows of the split.
 * @returns the captions in the order of `rows`.
 */
export async function captionRows(
  writer: CaptionWriter,
  rows: readonly number[],
  stateOf: StatesOf,
  starts: readonly number[],
): Promise<string[][]> {
  const captions = new Map<number, string[]>();
  const ofStart = Map.groupBy(rows, (row) => starts[row] ?? specialTokens.start);
  for (const [start, own] of ofStart) {
    for (let first = 0; first < own.length; first += imagesAtOnce) {
      const some = own.slice(first, first + imagesAtOnce);
      const state = stateOf(some);
      const written = await captionGreedily(writer, state, start);
      disposeImageState(writer.network.tf, state);
      for (const [index, row] of some.entries()) captions.set(row, written[index] ?? []);
    }
  }
  return rows.map((row) => captions.get(row) ?? []);
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
