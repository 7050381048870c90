import { UserError } from "../core/errors.ts";
import type { Preparation } from "../core/image/prepare.ts";
import { drawKey, shuffledIndices } from "../core/random-draws.ts";
import { captionWords } from "../datasets/captions.ts";
import { cleanDataset } from "../datasets/cleaning/index.ts";
import type { CaptionedImage, Dataset } from "../datasets/dataset.ts";
import { openDataset } from "../datasets/formats/index.ts";
import { syntheticDataset } from "../datasets/synthetic.ts";
import { startProgress } from "../node/cli/progress.ts";
import type { TrainOptions } from "../run-files/options.ts";
import { prepareImages } from "./features/prepared-images.ts";
import type { SplitPictures } from "./features/source.ts";

/** Enough to tell epochs apart, few enough for pure JavaScript. */
const syntheticValidationImages = 100;

/** The data set that a run learns from. @param size - of the pictures, where they are drawn. */
export async function chooseDataset(options: TrainOptions, size: number): Promise<Dataset> {
  if (options.dataset !== undefined)
    return cleaned(await openDataset(options.dataset, options.format), options);
  return syntheticDataset(options.seed, size, {
    train: options.syntheticImages,
    validation: syntheticValidationImages,
  });
}

async function cleaned(dataset: Dataset, options: TrainOptions): Promise<Dataset> {
  const images = Object.values(dataset.splits).flat().length;
  const bar = startProgress("looking at", images, "pictures");
  try {
    return await cleanDataset(dataset, options, undefined, (done) => bar.update(done));
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

/** The prepared pictures of a split with the words of their captions. @throws UserError `empty_split` */
export async function openSplit(
  dataset: Dataset,
  split: "train" | "validation",
  preparation: Preparation,
  options: TrainOptions,
): Promise<SplitPictures> {
  const all = dataset.splits[split];
  const images = split === "train" ? drawnImages(all, options) : all;
  if (images.length === 0) {
    throw new UserError(
      "empty_split",
      `The ${split} split of ${dataset.name} is empty: is its list there, or are there too few images? \`npm run inspect\` says more.`,
    );
  }
  const words = images.map(({ captions }) => captions.map(captionWords));
  const bar = startProgress(`preparing ${split}`, images.length, "images");
  const prepared = await prepareImages(images, preparation, options.cache, (done) =>
    bar.update(done),
  );
  bar.stop();
  return { ids: images.map(({ id }) => id), images: prepared, words };
}
