import { removeStalePartials } from "../node/cli/files.ts";
import { RunLog } from "../run-files/log.ts";
import type { TrainOptions } from "../run-files/options.ts";
import { checkDescription, describeRun } from "../run-files/run-description.ts";
import type { RunFolder } from "../run-files/run-folder.ts";
import { openBackend } from "./backend/open-backend.ts";
import {
  describeBackbone,
  describeDataset,
  describeNetwork,
  printDataset,
  printNetwork,
} from "./describe.ts";
import type { SplitMeasures } from "./evaluation/evaluation.ts";
import { captionNewImages } from "./evaluation/synthetic-images.ts";
import {
  cleanedDataset,
  defaultStyleOf,
  drawDataset,
  openRunDatasets,
} from "./features/open-datasets.ts";
import { captionedSplit, openSplit } from "./features/open-split.ts";
import { inputSize } from "./model/backbone/backbone.ts";
import { anchorWeights } from "./model/start/continue-network.ts";
import { openNetwork, openNetworkSource, vocabularyOf } from "./model/start/network-source.ts";
import { Summaries } from "./summaries.ts";
import { runStages } from "./trainer.ts";

/** A run that is about to start, or to be resumed. */
export interface OpenedRun {
  readonly options: TrainOptions;
  readonly folder: RunFolder;
  /** The command that started it, as it was typed. */
  readonly command: string;
  /** Whether its folder describes it already. */
  readonly resumed: boolean;
}

/**
 * Trains a captioner by its options; a resumed run continues after its last checkpoint.
 *
 * All options are checked before images are examined or prepared.
 *
 * @returns the validation measures of the weights that it saved.
 * @throws {UserError} `run_changed` when a resumed run does not find the data or the backbone that it
 *   started with; `empty_split`; those of {@link openRunDatasets} and {@link openNetworkSource}
 */
export async function train(run: OpenedRun): Promise<SplitMeasures> {
  const { folder, resumed } = run;
  await removeStalePartials(folder.path);
  await removeStalePartials(run.options.cache);
  const opened = await openRunDatasets(run.options);
  const { tf, operations, backend } = await openBackend();
  const listener = run.options.summaries ? new Summaries(tf, folder.summaries) : undefined;
  const log = new RunLog(folder.log, listener);
  const source = await openNetworkSource(tf, run.options);
  const { options, backbone, preparation, start } = source;
  const dataset = opened
    ? await cleanedDataset(opened, options)
    : drawDataset(options, inputSize(backbone).height);
  printDataset(dataset, options);
  const captioned = {
    train: captionedSplit(dataset, "train", options),
    validation: captionedSplit(dataset, "validation", options),
  };
  const styles = dataset.sets.map(({ name }) => name);
  const vocabulary = vocabularyOf(source, captioned.train.words.flat(), styles);
  printNetwork(backbone, vocabulary, options);
  const network = await openNetwork(tf, source, vocabulary);
  const description = {
    config: {
      options,
      command: run.command,
      dataset: describeDataset(dataset, captioned),
      backbone: describeBackbone(backbone, network),
    },
    network: describeNetwork(network, source, defaultStyleOf(dataset.sets, options)),
    vocabulary: vocabulary.tokens,
  };
  if (resumed) await checkDescription(folder, description);
  const trainImages = await openSplit(captioned.train, preparation, vocabulary, options);
  const validation = await openSplit(captioned.validation, preparation, vocabulary, options);
  // After the images: a run whose images cannot be read leaves no folder.
  if (!resumed) await describeRun(folder, description);
  const training = {
    tf,
    operations,
    backend,
    options,
    network,
    anchors: start && options.anchor > 0 ? anchorWeights(tf, network) : undefined,
    vocabulary,
    train: trainImages,
    validation,
    folder,
    cleaning: dataset.removed,
    log,
  };
  const measures = await runStages(training);
  if (options.dataset === undefined) await captionNewImages(training);
  return measures;
}
