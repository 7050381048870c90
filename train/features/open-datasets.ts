import { UserError } from "../../core/errors.ts";
import { cleanDataset } from "../../datasets/cleaning/index.ts";
import {
  datasetShares,
  type JoinedDataset,
  joinDatasets,
  openDatasets,
} from "../../datasets/joined.ts";
import { syntheticDataset } from "../../datasets/synthetic.ts";
import { startProgress } from "../../node/cli/progress.ts";
import { checkChooseBy } from "../../run-files/choose-by.ts";
import type { TrainOptions } from "../../run-files/options.ts";

/** Number of synthetic validation images: it tells epochs apart, and pure JavaScript can caption them. */
const SYNTHETIC_VALIDATION_IMAGES = 100;

const SYNTHETIC_SHARE = { name: "synthetic", weight: 1 };

type DatasetOptions = Pick<
  TrainOptions,
  | "dataset"
  | "weight"
  | "style"
  | "defaultStyle"
  | "chooseBy"
  | "format"
  | "seed"
  | "syntheticImages"
>;

/**
 * Reads the captions and the file names of a run's data sets.
 *
 * @returns undefined if none is named: synthetic images take their place.
 * @throws {UserError} `conflicting_options`, and those of {@link openDatasets}
 */
export async function openRunDatasets(options: DatasetOptions): Promise<JoinedDataset | undefined> {
  const { dataset: folders } = options;
  const shares = folders === undefined ? [SYNTHETIC_SHARE] : datasetShares(folders, options);
  checkChooseBy(
    options.chooseBy,
    shares.map(({ name }) => name),
  );
  defaultStyleOf(shares, options);
  return folders && openDatasets(folders, options);
}

/** Draws the synthetic data set. @param size - side of the images, in pixels. */
export function drawDataset(
  { seed, syntheticImages }: DatasetOptions,
  size: number,
): JoinedDataset {
  const counts = { train: syntheticImages, validation: SYNTHETIC_VALIDATION_IMAGES };
  const drawn = syntheticDataset(seed, size, counts);
  return joinDatasets([drawn], [SYNTHETIC_SHARE]);
}

/**
 * Opens the data of a run, cleaned by its rules.
 *
 * @param size - side of synthetic images, in pixels.
 * @throws {UserError} those of {@link openRunDatasets}
 */
export async function chooseDataset(options: TrainOptions, size: number): Promise<JoinedDataset> {
  const dataset = await openRunDatasets(options);
  return dataset ? cleanedDataset(dataset, options) : drawDataset(options, size);
}

/** Applies the cleaning rules of the options; reads all images where a rule needs them. */
export async function cleanedDataset(
  dataset: JoinedDataset,
  options: TrainOptions,
): Promise<JoinedDataset> {
  const images = Object.values(dataset.splits).flat().length;
  const bar = startProgress("examining", images, "images");
  try {
    const { splits, removed } = await cleanDataset(dataset, options, undefined, (done) =>
      bar.update(done),
    );
    return { ...dataset, splits, removed };
  } finally {
    bar.stop();
  }
}

/**
 * Returns the style of captions that ask for none.
 *
 * @throws {UserError} `conflicting_options` when `--default-style` is not a style of the run.
 */
export function defaultStyleOf(
  sets: readonly { readonly name: string }[],
  { defaultStyle }: Pick<TrainOptions, "defaultStyle">,
): string {
  const names = sets.map(({ name }) => name);
  const chosen = defaultStyle ?? names[0] ?? "";
  if (names.includes(chosen)) return chosen;
  throw new UserError(
    "conflicting_options",
    `--default-style ${chosen} is not a style of this run: it has ${names.join(", ")}.`,
  );
}
