import { UserError } from "../core/errors.ts";
import type { Preparation } from "../core/image/prepare.ts";
import { Vocabulary } from "../core/vocabulary.ts";
import { removeStalePartials } from "../node/files.ts";
import { startProgress } from "../node/progress.ts";
import { loadTensorFlow, type TensorFlow } from "../node/tensorflow.ts";
import { registerJavaScriptKernels } from "./backend/javascript-kernels.ts";
import { nativeOperations, registerNativeGradients } from "./backend/native-operations.ts";
import { portableOperations, type TrainingOperations } from "./backend/operations.ts";
import { captionWords } from "./data/captions.ts";
import type { CaptionedImage, Dataset } from "./data/dataset.ts";
import { readFlickr } from "./data/flickr.ts";
import { syntheticDataset } from "./data/synthetic.ts";
import type { Measures } from "./evaluation.ts";
import { prepareImages } from "./features/prepared-images.ts";
import type { SplitPictures } from "./features/source.ts";
import type { Backbone } from "./model/backbone.ts";
import { buildNetwork } from "./model/network.ts";
import { openBackbone } from "./model/open-backbone.ts";
import type { TrainOptions } from "./options.ts";
import { drawKey, shuffledIndices } from "./random.ts";
import { RunLog } from "./run/log.ts";
import { checkDescription, describeRun, type RunFolder } from "./run/run-folder.ts";
import { showNewPictures } from "./synthetic-report.ts";
import { runStages } from "./trainer.ts";

/** Enough to tell epochs apart, few enough for pure JavaScript. */
const syntheticValidationImages = 100;

/** A run that is about to begin, or to go on. */
export interface OpenedRun {
  readonly options: TrainOptions;
  readonly folder: RunFolder;
  /** The command that began it, as it was typed. */
  readonly command: string;
  /** Whether its folder describes it already. */
  readonly resumed: boolean;
}

/**
 * Trains a captioner by its options, or what is left to train of a run that was stopped.
 *
 * @returns the validation measures of the best epoch.
 * @throws UserError `run_changed` if a resumed run does not find the data that it began with.
 */
export async function train({ options, folder, command, resumed }: OpenedRun): Promise<Measures> {
  await removeStalePartials(folder.path);
  await removeStalePartials(options.cache);
  const { tf, operations, backend } = await openBackend();
  const backbone = await openBackbone(tf, options);
  const dataset = await chooseDataset(options, inputSize(backbone).height);
  reportDataset(dataset, options);
  const preparation = preparationOf(backbone);
  const trainSplit = await openSplit(dataset, "train", preparation, options);
  const validation = await openSplit(dataset, "validation", preparation, options);
  const vocabulary = Vocabulary.count(trainSplit.words.flat(), options.minimumCount);
  const sizes = { ...options, kind: options.decoder, vocabularySize: vocabulary.size };
  const network = await buildNetwork(tf, backbone, sizes);
  const counts = {
    images: trainSplit.words.length,
    captions: trainSplit.words.flat().length,
    validationImages: validation.words.length,
  };
  const description = {
    config: {
      options,
      command,
      dataset: { name: dataset.name, ...counts, faults: dataset.faults },
      backbone: {
        name: backbone.name,
        featureLayer: backbone.featureLayer,
        sha256: backbone.sha256,
      },
    },
    network: {
      network: network.description,
      preparation,
      maximumLength: options.maximumLength,
    },
    vocabulary: vocabulary.tokens,
  };
  if (resumed) await checkDescription(folder, description);
  else await describeRun(folder, description);
  const training = {
    tf,
    operations,
    backend,
    options,
    network,
    vocabulary,
    train: trainSplit,
    validation,
    folder,
    log: new RunLog(folder.log),
  };
  const best = await runStages(training);
  if (options.dataset === undefined) await showNewPictures(training);
  return best;
}

async function openBackend(): Promise<{
  tf: TensorFlow;
  operations: TrainingOperations;
  backend: string;
}> {
  const { tf, native, reason } = await loadTensorFlow();
  if (native) {
    registerNativeGradients(tf);
    return { tf, operations: nativeOperations(tf), backend: "native" };
  }
  process.stderr.write(
    `warning: training in pure JavaScript, 15 to 1,000 times slower than natively (${reason})\n`,
  );
  registerJavaScriptKernels(tf);
  return { tf, operations: portableOperations(tf), backend: "pure JavaScript" };
}

function inputSize(backbone: Backbone): { height: number; width: number } {
  const [, height, width] = backbone.model.inputs[0]?.shape ?? [];
  if (typeof height === "number" && typeof width === "number") return { height, width };
  throw new UserError(
    "invalid_backbone",
    `The backbone ${backbone.name} has no fixed input size: use one whose input shape names height and width.`,
  );
}

async function chooseDataset(options: TrainOptions, size: number): Promise<Dataset> {
  if (options.dataset !== undefined) return readFlickr(options.dataset);
  return syntheticDataset(options.seed, size, {
    train: options.syntheticImages,
    validation: syntheticValidationImages,
  });
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

function reportDataset(dataset: Dataset, { images }: TrainOptions): void {
  const { train, validation } = dataset.splits;
  const used = images !== undefined && images < train.length ? `${images} of ` : "";
  process.stdout.write(
    `${dataset.name}: ${used}${train.length} training and ${validation.length} validation images\n`,
  );
  for (const { kind, count, example } of dataset.faults) {
    process.stdout.write(`left out: ${count} x ${kind}, such as ${example}\n`);
  }
}

/** The training photographs at hand are squashed to squares: so is everything that is captioned. */
function preparationOf(backbone: Backbone): Preparation {
  return { ...inputSize(backbone), fit: "stretch", background: 128, filter: "triangle" };
}

async function openSplit(
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
      `The ${split} split of ${dataset.name} is empty: is its list there?`,
    );
  }
  const words = images.map(({ captions }) =>
    captions.map(captionWords).filter((caption) => caption.length > 0),
  );
  const bar = startProgress(`preparing ${split}`, images.length, "images");
  const prepared = await prepareImages(images, preparation, options.cache, (done) =>
    bar.update(done),
  );
  bar.stop();
  return { ids: images.map(({ id }) => id), images: prepared, words };
}
