import { UserError } from "../../core/errors.ts";
import type { Preparation } from "../../core/image/prepare.ts";
import { drawKey, shuffledIndices } from "../../core/random-draws.ts";
import type { Vocabulary } from "../../core/vocabulary.ts";
import { captionWords } from "../../datasets/captions.ts";
import type { CaptionedImage } from "../../datasets/dataset.ts";
import type { JoinedDataset } from "../../datasets/joined.ts";
import { startProgress } from "../../node/cli/progress.ts";
import type { TrainOptions } from "../../run-files/options.ts";
import { prepareImages } from "./prepared-images.ts";
import type { SetRows, SplitImages } from "./split-images.ts";

/** A split of a data set before its images are prepared. */
export interface CaptionedSplit extends Pick<SplitImages, "words" | "sets"> {
  readonly split: "train" | "validation";
  readonly files: readonly CaptionedImage[];
}

/**
 * Chooses the images of a split and reads their captions as words.
 *
 * @throws {UserError} `empty_split` when a data set has no image in the split.
 */
export function captionedSplit(
  dataset: JoinedDataset,
  split: "train" | "validation",
  options: Pick<TrainOptions, "seed" | "images">,
): CaptionedSplit {
  const all = dataset.splits[split];
  const files = split === "train" ? drawnImages(all, options) : all;
  const sets = setRows(dataset, files);
  const empty = sets.find(({ count }) => count === 0);
  if (empty) {
    throw new UserError(
      "empty_split",
      `The ${split} split of ${empty.name} is empty: is its list there, or are there too few images? \`npm run inspect\` says more.`,
    );
  }
  const words = files.map(({ captions }) => captions.map(captionWords));
  return { split, files, words, sets };
}

/**
 * Prepares the images of a split, once: the result is cached.
 *
 * Each image's captions start with the token of its data set's style.
 */
export async function openSplit(
  { split, files, words, sets }: CaptionedSplit,
  preparation: Preparation,
  vocabulary: Vocabulary,
  { cache }: Pick<TrainOptions, "cache">,
): Promise<SplitImages> {
  const bar = startProgress(`preparing ${split}`, files.length, "images");
  const images = await prepareImages(files, preparation, cache, (done) => bar.update(done));
  bar.stop();
  const starts = sets.flatMap(({ name, count }) => {
    const style = vocabulary.styles.length > 0 ? name : undefined;
    return new Array<number>(count).fill(vocabulary.startToken(style));
  });
  return { ids: files.map(({ id }) => id), images, words, starts, sets };
}

/** Draws the training images of a run: all, or `--images` of them, in the order of the data set. */
function drawnImages(
  images: readonly CaptionedImage[],
  { seed, images: wanted = images.length }: Pick<TrainOptions, "seed" | "images">,
): readonly CaptionedImage[] {
  const order = shuffledIndices(drawKey(seed, "images"), images.length);
  const drawn = new Set(order.slice(0, wanted));
  return images.filter((_, index) => drawn.has(index));
}

function setRows(dataset: JoinedDataset, images: readonly CaptionedImage[]): SetRows[] {
  let first = 0;
  return dataset.sets.map((share) => {
    const count = images.filter((image) => dataset.setOf(image) === share).length;
    const rows = { ...share, first, count };
    first += count;
    return rows;
  });
}
