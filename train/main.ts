import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { UserError } from "../core/errors.ts";
import type { Preparation } from "../core/image/prepare.ts";
import { Vocabulary } from "../core/vocabulary.ts";
import { runCommand } from "../node/command.ts";
import { writeAtomically } from "../node/files.ts";
import { addOptions, parseOptions } from "../node/option-flags.ts";
import { startProgress } from "../node/progress.ts";
import { loadTensorFlow, type TensorFlow } from "../node/tensorflow.ts";
import { nativeOperations, registerNativeGradients } from "./backend/native-operations.ts";
import { portableOperations } from "./backend/operations.ts";
import { captionWords } from "./data/captions.ts";
import type { CaptionedImage, Dataset } from "./data/dataset.ts";
import { readFlickr } from "./data/flickr.ts";
import { syntheticDataset } from "./data/synthetic.ts";
import { prepareImages } from "./features/prepared-images.ts";
import type { SplitPictures } from "./features/source.ts";
import { type Backbone, loadBackbone, smallBackbone } from "./model/backbone.ts";
import { buildNetwork } from "./model/network.ts";
import { type TrainOptions, trainOptionsSchema } from "./options.ts";
import { RunLog } from "./run/log.ts";
import { createRunFolder, type RunFolder, runFolder } from "./run/run-folder.ts";
import { runStages } from "./trainer.ts";

/** Side of the small backbone's input, in pixels. */
const smallSize = 64;

await runCommand(async () => {
  const program = addOptions(new Command("train"), trainOptionsSchema)
    .description("Trains a captioner offline and leaves two LayersModels in the run's folder.")
    .parse();
  const { options, folder } = await openRun(parseOptions(trainOptionsSchema, program.opts()));
  await train(options, folder);
});

async function openRun(asked: TrainOptions): Promise<{ options: TrainOptions; folder: RunFolder }> {
  if (asked.resume !== undefined) {
    const folder = runFolder(asked.resume);
    const config = await readFile(folder.config, "utf8").catch((cause: unknown) => {
      throw new UserError("run_not_found", `${asked.resume} holds no run to go on with.`, {
        cause,
      });
    });
    return { options: trainOptionsSchema.parse(JSON.parse(config).options), folder };
  }
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  return { options: asked, folder: await createRunFolder(asked.out ?? join("runs", stamp)) };
}

async function train(options: TrainOptions, folder: RunFolder): Promise<void> {
  const { tf, native, reason } = await loadTensorFlow();
  if (native) registerNativeGradients(tf);
  else
    process.stderr.write(`warning: pure JavaScript trains about 1,000 times slower (${reason})\n`);
  const backbone = await chooseBackbone(tf, options);
  const dataset = await chooseDataset(options, inputSize(backbone).height);
  reportDataset(dataset);
  const preparation: Preparation = {
    ...inputSize(backbone),
    fit: "stretch",
    background: 128,
    filter: "triangle",
  };
  const trainSplit = await openSplit(dataset, "train", preparation, options);
  const validation = await openSplit(dataset, "validation", preparation, options);
  const vocabulary = Vocabulary.count(trainSplit.words.flat(), options.minimumCount);
  const sizes = { ...options, kind: options.decoder, vocabularySize: vocabulary.size };
  const network = await buildNetwork(tf, backbone, sizes);
  const captions = trainSplit.words.flat().length;
  await writeAtomically(folder.vocabulary, JSON.stringify(vocabulary.tokens));
  await writeAtomically(
    folder.network,
    JSON.stringify(
      { network: network.description, preparation, maximumLength: options.maximumLength },
      null,
      2,
    ),
  );
  await writeAtomically(
    folder.config,
    JSON.stringify(
      {
        options,
        command: `npm run train -- ${process.argv.slice(2).join(" ")}`.trim(),
        dataset: {
          name: dataset.name,
          images: trainSplit.words.length,
          captions,
          faults: dataset.faults,
        },
        backbone: {
          name: backbone.name,
          featureLayer: backbone.featureLayer,
          sha256: backbone.sha256,
        },
      },
      null,
      2,
    ),
  );
  const log = new RunLog(folder.log);
  log.write({
    event: "start",
    time: new Date().toISOString(),
    backend: native ? "tensorflow" : "cpu",
    images: trainSplit.words.length,
    captions,
    words: vocabulary.size,
  });
  const operations = native ? nativeOperations(tf) : portableOperations(tf);
  const best = await runStages({
    tf,
    operations,
    options,
    network,
    vocabulary,
    train: trainSplit,
    validation,
    folder,
    log,
  });
  process.stdout.write(`validation of the best epoch: ${describe(best)}\n`);
  process.stdout.write(
    `the models are in ${folder.path}; next: npm run convert -- ${folder.path}\n`,
  );
}

function chooseBackbone(tf: TensorFlow, options: TrainOptions): Promise<Backbone> | Backbone {
  if (options.backbone === undefined) {
    return smallBackbone(tf, options.imageSize ?? smallSize, options.seed);
  }
  const [black = -1, white = 1] = options.pixelRange.split(",").map(Number);
  return loadBackbone(tf, options.backbone, options.featureLayer, [black, white]);
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
  const train = options.syntheticImages;
  return syntheticDataset(options.seed, size, {
    train,
    validation: Math.max(20, Math.round(train / 10)),
  });
}

function reportDataset(dataset: Dataset): void {
  const { train, validation } = dataset.splits;
  process.stdout.write(
    `${dataset.name}: ${train.length} training and ${validation.length} validation images\n`,
  );
  for (const { kind, count, example } of dataset.faults) {
    process.stdout.write(`left out: ${count} x ${kind}, such as ${example}\n`);
  }
}

async function openSplit(
  dataset: Dataset,
  split: "train" | "validation",
  preparation: Preparation,
  options: TrainOptions,
): Promise<SplitPictures> {
  const images: readonly CaptionedImage[] = dataset.splits[split];
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
  return { images: prepared, words };
}

function describe(measures: Readonly<Record<string, number>>): string {
  return Object.entries(measures)
    .map(([name, value]) => `${name} ${value.toFixed(4)}`)
    .join(", ");
}
