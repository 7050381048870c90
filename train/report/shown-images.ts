import { specialTokens, type Vocabulary } from "../../core/vocabulary.ts";
import { shownRows } from "../../run-files/report/choose.ts";
import {
  encodeShownImage,
  isSmall,
  type ShownImage,
  type ShownImages,
} from "../../run-files/shown-images.ts";
import { measureCaptions, type ValidationCaptions } from "../../run-files/validation-captions.ts";
import { disposeImageState, type StatesOf } from "../evaluation/image-states.ts";
import type { SplitImages } from "../features/split-images.ts";
import { tidied } from "../model/tidied.ts";
import type { ImageState, UnrolledNetwork } from "../model/unrolled.ts";
import { captionBatch, humanTargets } from "../objectives/caption-batch.ts";

/** The parts of a training that write captions. */
export interface Captioning {
  readonly network: UnrolledNetwork;
  readonly vocabulary: Vocabulary;
}

/**
 * Collects the validation images that a report shows, with the attention of each word of their
 * captions.
 *
 * @param captions - of the whole split, in its order.
 * @param states - image states of rows of the split.
 * @param seed - of the run, which draws the images that the report follows.
 */
export async function collectShownImages(
  captioning: Captioning,
  split: SplitImages,
  captions: ValidationCaptions,
  states: StatesOf,
  seed: number,
): Promise<ShownImages> {
  const { network } = captioning;
  const { file, width, height } = split.images;
  const setNames = split.sets.map(({ name }) => name);
  const rows = shownRows(measureCaptions(captions, setNames), seed);
  const shownCaptions = rows.map((row) => captions.candidates[row] ?? []);
  const starts = rows.map((row) => split.starts[row] ?? specialTokens.start);
  const state = states(rows);
  const attention = await attentionOf(captioning, state, shownCaptions, starts);
  disposeImageState(network.tf, state);
  const shown: ShownImage[] = [];
  for (const [index, row] of rows.entries()) {
    const image = await encodeShownImage(file.read([row]), width, height);
    const words = [...(shownCaptions[index] ?? [])];
    shown.push({ id: split.ids[row] ?? "", ...image, words, attention: attention[index] ?? [] });
  }
  return {
    grid: network.layers.description.regions,
    small: isSmall(width),
    pictures: shown,
  };
}

/**
 * Computes the attention of each word.
 *
 * @param captions - one for each image of the state.
 * @param starts - the first token of each caption.
 * @returns for each caption and word the weights of the regions, to four digits; empty lists from a
 *   decoder without attention.
 */
async function attentionOf(
  { network, vocabulary }: Captioning,
  state: ImageState,
  captions: readonly (readonly string[])[],
  starts: readonly number[],
): Promise<number[][][]> {
  const longest = Math.max(1, ...captions.map((words) => words.length));
  const targets = humanTargets({ words: captions.map((words) => [words]), starts }, vocabulary);
  const batch = captionBatch(targets, longest);
  const steps = tidied(network.tf, () => [...network.teacherForced(state, batch).attention]);
  const weights = (await Promise.all(steps.map((step) => step.array()))) as number[][][][];
  network.tf.dispose(steps);
  return captions.map((words, image) =>
    weights
      .slice(0, words.length)
      .map((step) => (step[image]?.[0] ?? []).map((weight) => Number(weight.toFixed(4)))),
  );
}
