import type { Preparation } from "../core/image/prepare.ts";
import { specialTokens, type Vocabulary } from "../core/vocabulary.ts";
import type { JoinedDataset } from "../datasets/joined.ts";
import type { TrainOptions } from "../run-files/options.ts";
import type { CaptionedSplit } from "./features/open-split.ts";
import { type Backbone, inputSize } from "./model/backbone/backbone.ts";
import type { CaptionNetwork } from "./model/network.ts";

/** The two splits that a run trains and validates with. */
interface CaptionedSplits {
  readonly train: Pick<CaptionedSplit, "words" | "sets">;
  readonly validation: Pick<CaptionedSplit, "words" | "sets">;
}

/** Prints what a run's data sets hold and what was left out of them. */
export function printDataset(dataset: JoinedDataset, { images }: TrainOptions): void {
  const { train, validation } = dataset.splits;
  const used = images !== undefined && images < train.length ? `${images} of ` : "";
  process.stdout.write(`${dataset.found}\n`);
  process.stdout.write(
    `${dataset.name}: ${used}${train.length} training and ${validation.length} validation images\n`,
  );
  for (const { kind, count, example } of omissions(dataset).faults) {
    process.stdout.write(`left out: ${count} x ${kind}, such as ${example}\n`);
  }
  for (const { rule, images: whole, captions } of dataset.removed) {
    process.stdout.write(`left out by ${rule}: captions ${captions}, whole images ${whole}\n`);
  }
}

/** Prints the backbone and the size of the vocabulary, before the training begins. */
export function printNetwork(
  backbone: Backbone,
  { size, styles }: Vocabulary,
  { minimumCount }: TrainOptions,
): void {
  const { height, width } = inputSize(backbone);
  const words = size - Object.keys(specialTokens).length - styles.length;
  const times = minimumCount === 1 ? "time" : "times";
  process.stdout.write(
    `backbone: ${backbone.name}, images of ${height} x ${width}, features of ${backbone.featureLayers.join(" and ")}\n`,
  );
  process.stdout.write(
    `words to learn: ${words}, those that occur at least ${minimumCount} ${times} (--minimum-count)\n`,
  );
}

/** Describes the data of a run for its `config.json`. */
export function describeDataset(dataset: JoinedDataset, splits: CaptionedSplits) {
  const { train, validation } = splits;
  return {
    name: dataset.name,
    images: train.words.length,
    captions: train.words.flat().length,
    validationImages: validation.words.length,
    ...omissions(dataset),
    sets: setCounts(splits),
  };
}

/** Describes the backbone of a run for its `config.json`. */
export function describeBackbone(
  { name, featureLayers, sha256, fineTuned }: Backbone,
  { featureLayer }: CaptionNetwork,
) {
  return {
    name,
    featureLayer,
    featureLayers,
    sha256,
    ...(fineTuned === undefined ? {} : { fineTuned }),
  };
}

/** Describes the network of a run for its `network.json`. */
export function describeNetwork(
  { description }: CaptionNetwork,
  { preparation, options }: { readonly preparation: Preparation; readonly options: TrainOptions },
  defaultStyle: string,
) {
  const { maximumLength, ngramBlocking } = options;
  return {
    network: description,
    preparation,
    maximumLength,
    defaultStyle,
    ...(ngramBlocking === 0 ? {} : { ngramBlocking }),
  };
}

/** Counts the images and captions of each data set, for the log and the run's configuration. */
export function setCounts({ train, validation }: CaptionedSplits) {
  return train.sets.map(({ name, weight, first, count }, index) => ({
    name,
    weight,
    images: count,
    captions: train.words.slice(first, first + count).flat().length,
    validationImages: validation.sets[index]?.count ?? 0,
  }));
}

/** Returns what was left out of the data: faults with one example each, and the rules that applied. */
function omissions({ faults, removed }: JoinedDataset) {
  return {
    faults: faults.map(({ kind, count, examples }) => ({
      kind,
      count,
      example: examples[0] ?? "",
    })),
    ...(removed.length === 0 ? {} : { cleaning: removed }),
  };
}
