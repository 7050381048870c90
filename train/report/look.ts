import { specialTokens, type Vocabulary } from "../../core/vocabulary.ts";
import { measure } from "../../metrics/index.ts";
import { extremeRows, sampleRows } from "../../run-files/report/choose.ts";
import {
  encodePicture,
  isSmall,
  type ShownPicture,
  type ShownPictures,
} from "../../run-files/report/shown-pictures.ts";
import type { ValidationCaptions } from "../../run-files/validation-captions.ts";
import { disposeImageState, type StatesOf } from "../evaluation.ts";
import { tidied } from "../model/tidied.ts";
import type { ImageState, UnrolledNetwork } from "../model/unrolled.ts";
import { captionBatch } from "../objectives/caption-batch.ts";

/** What captions are written with. */
export interface Captioning {
  readonly network: UnrolledNetwork;
  readonly vocabulary: Vocabulary;
}

/** The validation pictures, by their rows. */
export interface ValidationPictures {
  /** `[height, width, 3]`, 0 to 255, as the network sees it. */
  readonly pixels: (row: number) => Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly states: StatesOf;
  /** The first token of each row's captions. */
  readonly starts: readonly number[];
}

/** The pictures that a report shows of a validation, and where each word of their captions looked. */
export async function lookAtPictures(
  captioning: Captioning,
  { ids, candidates, references }: ValidationCaptions,
  pictures: ValidationPictures,
  seed: number,
): Promise<ShownPictures> {
  const { network } = captioning;
  const { best, worst } = extremeRows(measure(candidates, references).cider.perImage);
  const rows = [...new Set([...sampleRows(seed, ids.length), ...best, ...worst])];
  const captions = rows.map((row) => candidates[row] ?? []);
  const state = pictures.states(rows);
  const starts = rows.map((row) => pictures.starts[row] ?? specialTokens.start);
  const attention = await attentionOf(captioning, state, captions, starts);
  disposeImageState(network.tf, state);
  const shown: ShownPicture[] = [];
  for (const [index, row] of rows.entries()) {
    const picture = await encodePicture(pictures.pixels(row), pictures.width, pictures.height);
    const words = [...(captions[index] ?? [])];
    shown.push({ id: ids[row] ?? "", ...picture, words, attention: attention[index] ?? [] });
  }
  return {
    grid: network.layers.description.regions,
    small: isSmall(pictures.width),
    pictures: shown,
  };
}

/**
 * Where each word looked.
 *
 * @param captions - one for each image of the state.
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
  const batch = captionBatch(
    captions.map((words, index) => [
      {
        tokens: vocabulary.encode(words),
        weight: 1,
        ended: true,
        start: starts[index] ?? specialTokens.start,
      },
    ]),
    longest,
  );
  const steps = tidied(network.tf, () => [...network.teach(state, batch).attention]);
  const weights = (await Promise.all(steps.map((step) => step.array()))) as number[][][][];
  network.tf.dispose(steps);
  return captions.map((words, image) =>
    weights
      .slice(0, words.length)
      .map((step) => (step[image]?.[0] ?? []).map((weight) => Number(weight.toFixed(4)))),
  );
}
