import { greedySearch } from "../../core/search/greedy.ts";
import type { DecoderStep, SearchOptions } from "../../core/search/step.ts";
import { specialTokens, type Vocabulary } from "../../core/vocabulary.ts";
import type { TrainOptions } from "../../run-files/options.ts";
import { tidied } from "../model/tidied.ts";
import type { CaptionState, ImageState, UnrolledNetwork } from "../model/unrolled.ts";
import { disposeImageState, type StatesOf } from "./image-states.ts";

/** The limits of a search. */
export type SearchLimits = Pick<TrainOptions, "maximumLength" | "ngramBlocking">;

/** A network with its vocabulary and the limits of its captions. */
interface CaptionWriter {
  readonly network: UnrolledNetwork;
  readonly vocabulary: Vocabulary;
  readonly options: SearchLimits;
}

interface SearchState {
  readonly image: ImageState;
  readonly captions: CaptionState;
}

/** Number of images whose captions are searched in one batch. */
const BATCH_SIZE = 100;

/**
 * Writes a caption for each image of a state by greedy search.
 *
 * @param start - the first token of every caption.
 */
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

/**
 * Writes a caption for each of some images of a split by greedy search, in the style of its data set.
 *
 * @param starts - for every row of the split the first token of its captions.
 * @returns the captions in the order of `rows`.
 */
export async function captionRows(
  writer: CaptionWriter,
  rows: readonly number[],
  statesOf: StatesOf,
  starts: readonly number[],
): Promise<string[][]> {
  const captions = new Map<number, string[]>();
  const rowsOfStart = Map.groupBy(rows, (row) => starts[row] ?? specialTokens.start);
  for (const [start, sameStart] of rowsOfStart) {
    for (let first = 0; first < sameStart.length; first += BATCH_SIZE) {
      const batch = sameStart.slice(first, first + BATCH_SIZE);
      const state = statesOf(batch);
      const written = await captionGreedily(writer, state, start);
      disposeImageState(writer.network.tf, state);
      for (const [index, row] of batch.entries()) captions.set(row, written[index] ?? []);
    }
  }
  return rows.map((row) => captions.get(row) ?? []);
}

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

/** Adapts the decoder to `core/search`, with one caption for each image. */
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
