import { UserError } from "../core/errors.ts";
import type { Preparation } from "../core/image/prepare.ts";
import { drawKey, shuffledIndices } from "../core/random-draws.ts";
import type { Vocabulary } from "../core/vocabulary.ts";
import { captionWords } from "../datasets/captions.ts";
import { cleanDataset } from "../datasets/cleaning/index.ts";
import type { CaptionedImage } from "../datasets/dataset.ts";
import { type JoinedDataset, joinDatasets, openDatasets } from "../datasets/joined.ts";
import { syntheticDataset } from "../datasets/synthetic.ts";
import { startProgress } from "../node/cli/progress.ts";
import type { TrainOptions } from "../run-files/options.ts";
import { prepareImages } from "./features/prepared-images.ts";
import type { SetRows, SplitPictures } from "./features/source.ts";

/** Enough to tell epochs apart, few enough for pure JavaScript. */
const syntheticValidationImages = 100;

/**
 * Opens the data sets that a run learns from, as one.
 *
 * @param size - of the pictures, where they are drawn.
 * @throws UserError `conflicting_options` and those of {@link openDatasets}
 */
export async function chooseDataset(options: TrainOptions, size: number): Promise<JoinedDataset> {
  const { dataset: folders, seed } = options;
  if (folders === undefined) {
    const counts = { train: options.syntheticImages, validation: syntheticValidationImages };
    const drawn = syntheticDataset(seed, size, counts);
    return joinDatasets([drawn], [{ name: drawn.name, weight: 1 }]);
  }
  return cleaned(await openDatasets(folders, options), options);
}

async function cleaned(dataset: JoinedDataset, options: TrainOptions): Promise<JoinedDataset> {
  const images = Object.values(dataset.splits).flat().length;
  const bar = startProgress("looking at", images, "pictures");
  try {
    const { splits, removed } = await cleanDataset(dataset, options, undefined, (done) =>
      bar.update(done),
    );
    return { ...dataset, splits, removed };
  } finally {
    bar.stop();
  }
}

/** The training images that a run uses: all, or as many as were asked for, in their order. */
function drawnImages(
  images: readonly CaptionedImage[],
  { seed, images: wanted = images.length }: TrainOptions,
): readonly CaptionedImage[] {
  const order = shuffledIndices(drawKey(seed, "images"), images.length);
  const drawn = new Set(order.slice(0, wanted));
  return images.filter((_, index) => drawn.has(index));
}

/** A split before the words of its captions have numbers. */
export type OpenedSplit = Omit<SplitPictures, "starts">;

/** Gives each image of a split the token that its captions begin with: that of its set's style. */
export function withStarts(split: OpenedSplit, vocabulary: Vocabulary): SplitPictures {
  const styled = vocabulary.styles.length > 0;
  const starts = split.sets.flatMap(({ name, count }) =>
    new Array<number>(count).fill(vocabulary.startToken(styled ? name : undefined)),
  );
  return { ...split, starts };
}

/** The prepared pictures of a split with the words of their captions. @throws UserError `empty_split` */
export async function openSplit(
  dataset: JoinedDataset,
  split: "train" | "validation",
  preparation: Preparation,
  options: TrainOptions,
): Promise<OpenedSplit> {
  const all = dataset.splits[split];
  const images = split === "train" ? drawnImages(all, options) : all;
  const sets = setRows(dataset, images);
  const empty = sets.find(({ count }) => count === 0);
  if (empty) {
    throw new UserError(
      "empty_split",
      `The ${split} split of ${empty.name} is empty: is its list there, or are there too few images? \`npm run inspect\` says more.`,
    );
  }
  const words = images.map(({ captions }) => captions.map(captionWords));
  const bar = startProgress(`preparing ${split}`, images.length, "images");
  const prepared = await prepareImages(images, preparation, options.cache, (done) =>
    bar.update(done),
  );
  bar.stop();
  return { ids: images.map(({ id }) => id), images: prepared, words, sets };
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
