import { UserError } from "../core/errors.ts";
import type { Preparation } from "../core/image/prepare.ts";
import { specialTokens, Vocabulary } from "../core/vocabulary.ts";
import type { JoinedDataset } from "../datasets/joined.ts";
import { removeStalePartials } from "../node/cli/files.ts";
import { checkChooseBy } from "../run-files/choose-by.ts";
import { RunLog } from "../run-files/log.ts";
import type { TrainOptions } from "../run-files/options.ts";
import { checkDescription, describeRun } from "../run-files/run-description.ts";
import type { RunFolder } from "../run-files/run-folder.ts";
import { openBackend } from "./backend/open-backend.ts";
import type { SplitMeasures } from "./evaluation.ts";
import { type Backbone, checkFeatureLayers } from "./model/backbone.ts";
import { anchorWeights, continueNetwork } from "./model/continue-network.ts";
import { buildNetwork } from "./model/network.ts";
import { openBackbone } from "./model/open-backbone.ts";
import { openStartingPoint, type StartingPoint } from "./model/starting-point.ts";
import { chooseDataset, openSplit, withStarts } from "./open-split.ts";
import { Summaries } from "./summaries.ts";
import { showNewPictures } from "./synthetic-report.ts";
import { runStages, setCounts } from "./trainer.ts";

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
 * @returns the validation measures of the weights that it leaves behind.
 * @throws UserError `run_changed` if a resumed run does not find the data that it began with.
 */
export async function train({
  options: asked,
  folder,
  command,
  resumed,
}: OpenedRun): Promise<SplitMeasures> {
  await removeStalePartials(folder.path);
  await removeStalePartials(asked.cache);
  const { tf, operations, backend } = await openBackend();
  const listener = asked.summaries ? new Summaries(tf, folder.summaries) : undefined;
  const log = new RunLog(folder.log, listener);
  const start = asked.from === undefined ? undefined : await openStartingPoint(tf, asked.from);
  const options = start ? { ...asked, ...sizeOptions(start) } : asked;
  const backbone = start ? startBackbone(start, options) : await openBackbone(tf, options);
  const dataset = await chooseDataset(options, inputSize(backbone).height);
  checkChooseBy(
    options.chooseBy,
    dataset.sets.map(({ name }) => name),
  );
  reportDataset(dataset, options);
  const preparation = start?.preparation ?? preparationOf(backbone);
  const openedTrain = await openSplit(dataset, "train", preparation, options);
  const openedValidation = await openSplit(dataset, "validation", preparation, options);
  const learnt = openedTrain.words.flat();
  const styles = dataset.sets.map(({ name }) => name);
  const vocabulary = start
    ? start.vocabulary.extended(learnt, options.minimumCount, styles)
    : Vocabulary.count(learnt, options.minimumCount, styles);
  const defaultStyle = chosenStyle(dataset, options);
  const trainSplit = withStarts(openedTrain, vocabulary);
  const validation = withStarts(openedValidation, vocabulary);
  reportNetwork(backbone, vocabulary, options);
  const sizes = { ...options, kind: options.decoder, vocabularySize: vocabulary.size };
  const { featureLayers } = backbone;
  const network = start
    ? await continueNetwork(tf, start, { vocabulary, featureLayers, seed: options.seed })
    : await buildNetwork(tf, backbone, sizes);
  const counts = {
    images: trainSplit.words.length,
    captions: trainSplit.words.flat().length,
    validationImages: validation.words.length,
  };
  const description = {
    config: {
      options,
      command,
      dataset: {
        name: dataset.name,
        ...counts,
        ...recordedFaults(dataset),
        sets: setCounts(trainSplit, validation),
      },
      backbone: {
        name: backbone.name,
        featureLayer: network.featureLayer,
        featureLayers: backbone.featureLayers,
        sha256: backbone.sha256,
      },
    },
    network: {
      network: network.description,
      preparation,
      maximumLength: options.maximumLength,
      defaultStyle,
      ...(options.ngramBlocking === 0 ? {} : { ngramBlocking: options.ngramBlocking }),
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
    anchors: start && options.anchor > 0 ? anchorWeights(tf, network) : undefined,
    vocabulary,
    train: trainSplit,
    validation,
    folder,
    cleaning: dataset.removed,
    log,
  };
  const measures = await runStages(training);
  if (options.dataset === undefined) await showNewPictures(training);
  return measures;
}

function reportDataset(dataset: JoinedDataset, { images }: TrainOptions): void {
  const { train, validation } = dataset.splits;
  const used = images !== undefined && images < train.length ? `${images} of ` : "";
  process.stdout.write(`${dataset.found}\n`);
  process.stdout.write(
    `${dataset.name}: ${used}${train.length} training and ${validation.length} validation images\n`,
  );
  for (const { kind, count, example } of recordedFaults(dataset).faults) {
    process.stdout.write(`left out: ${count} x ${kind}, such as ${example}\n`);
  }
  for (const { rule, images, captions } of dataset.removed) {
    process.stdout.write(`left out by ${rule}: captions ${captions}, whole images ${images}\n`);
  }
}

/** What is trained around, and how few words there are to learn, is nothing to find out afterwards. */
function reportNetwork(
  backbone: Backbone,
  vocabulary: Vocabulary,
  { minimumCount }: TrainOptions,
): void {
  const { height, width } = inputSize(backbone);
  const words = vocabulary.size - Object.keys(specialTokens).length;
  process.stdout.write(
    `backbone: ${backbone.name}, pictures of ${height} x ${width}, features of ${backbone.featureLayers.join(" and ")}\n`,
  );
  process.stdout.write(
    `words to learn: ${words}, those that occur at least ${minimumCount} ${minimumCount === 1 ? "time" : "times"} (--minimum-count)\n`,
  );
}

/** What was left out, as a run keeps it: faults with one example each, and rules if there were any. */
function recordedFaults({ faults, removed }: JoinedDataset) {
  return {
    faults: faults.map(({ kind, count, examples }) => ({
      kind,
      count,
      example: examples[0] ?? "",
    })),
    ...(removed.length === 0 ? {} : { cleaning: removed }),
  };
}

/** The sizes of a starting point as options, in place of those that a recipe or a default says. */
function sizeOptions({ sizes: { kind, ...sizes } }: StartingPoint) {
  return { decoder: kind, ...sizes };
}

/**
 * The backbone of a starting point, with the depths that the options add to its features.
 *
 * @throws {UserError} `conflicting_options` where the options leave a depth of it out;
 *   `unknown_feature_layer`
 */
function startBackbone(
  { backbone }: StartingPoint,
  { from = "", featureLayer }: TrainOptions,
): Backbone {
  const featureLayers = featureLayer ?? backbone.featureLayers;
  const lost = backbone.featureLayers.find((name) => !featureLayers.includes(name));
  if (lost !== undefined) {
    throw new UserError(
      "conflicting_options",
      `--from ${from} sees the layer ${lost}: --feature-layer may add layers to it, not leave it out.`,
    );
  }
  checkFeatureLayers(from, backbone.model, featureLayers);
  return { ...backbone, featureLayers };
}

/** The style that captions have unasked. @throws UserError `conflicting_options` */
function chosenStyle({ sets }: JoinedDataset, { defaultStyle }: TrainOptions): string {
  const names = sets.map(({ name }) => name);
  const chosen = defaultStyle ?? names[0] ?? "";
  if (names.includes(chosen)) return chosen;
  throw new UserError(
    "conflicting_options",
    `--default-style ${chosen} is none of the run's styles: ${names.join(", ")}.`,
  );
}

function inputSize(backbone: Backbone): { height: number; width: number } {
  const [, height, width] = backbone.model.inputs[0]?.shape ?? [];
  if (typeof height === "number" && typeof width === "number") return { height, width };
  throw new UserError(
    "invalid_backbone",
    `The backbone ${backbone.name} has no fixed input size: use one whose input shape names height and width.`,
  );
}

/** The training photographs at hand are squashed to squares: so is everything that is captioned. */
function preparationOf(backbone: Backbone): Preparation {
  return { ...inputSize(backbone), fit: "stretch", background: 128, filter: "triangle" };
}
