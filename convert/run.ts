import type { Manifest } from "../core/bundle/manifest.ts";
import { Vocabulary, vocabularySchema } from "../core/vocabulary.ts";
import { type RunConfig, readRunConfig } from "../run-files/config.ts";
import { isFineTuned } from "../run-files/fine-tuned.ts";
import {
  bestPoint,
  finalMeasures,
  type History,
  historyOf,
  isFinished,
  keptEpochs,
} from "../run-files/history.ts";
import { readRunFile } from "../run-files/json-file.ts";
import { readLog } from "../run-files/log.ts";
import { runNetworkSchema } from "../run-files/network.ts";
import { runFolder } from "../run-files/run-folder.ts";

/** The files and facts of a training run that a conversion needs. */
export interface Run {
  /** Path of the encoder's `model.json`. */
  readonly encoder: string;
  /** Path of the decoder's `model.json`. */
  readonly decoder: string;
  /** The encoder's layer that ends its backbone. */
  readonly featureLayer: string;
  readonly vocabulary: readonly string[];
  /** The fields of the bundle's manifest that the run decides. */
  readonly about: Omit<Manifest, "schema" | "name" | "version" | "files">;
}

/**
 * Reads a run's folder for a conversion.
 *
 * @throws {UserError} `run_not_found` when the folder holds no run; `run_invalid` when a file is
 *   missing or damaged.
 */
export async function readRun(path: string): Promise<Run> {
  const folder = runFolder(path);
  const config = await readRunConfig(folder);
  const history = historyOf(await readLog(folder.log));
  const vocabulary = await readRunFile(folder.vocabulary, vocabularySchema);
  const { styles } = Vocabulary.parse(vocabulary);
  return {
    encoder: folder.encoderModel,
    decoder: folder.decoderModel,
    featureLayer: config.backbone.featureLayer,
    vocabulary,
    about: {
      ...(await readRunFile(folder.network, runNetworkSchema)),
      ...(styles.length === 0 ? {} : { styles: [...styles] }),
      provenance: provenanceOf(config, history),
      metrics: metricsOf(config, history),
    },
  };
}

function provenanceOf(
  { dataset, backbone, command, options }: RunConfig,
  history: History,
): Manifest["provenance"] {
  const kept = keptEpochs(history);
  return {
    dataset: dataset.name,
    images: dataset.images,
    captions: dataset.captions,
    ...(dataset.sets
      ? {
          sets: dataset.sets.map(({ name, images, captions, weight }) => ({
            name,
            images,
            captions,
            weight,
          })),
        }
      : {}),
    backbone: {
      name: backbone.name,
      fineTuned: isFineTuned({ backbone }, history),
      sha256: backbone.sha256,
    },
    command,
    recipe: options.recipe,
    seed: options.seed,
    epochs: kept.length,
  };
}

/** Measures of one data set's images of a split. */
interface SetMeasures {
  readonly set?: string | undefined;
  readonly split: string;
  readonly images: number;
  readonly values: Readonly<Record<string, number>>;
}

/** Returns the measures of the kept weights: one entry for each data set and split. */
function metricsOf(config: RunConfig, history: History): Manifest["metrics"] {
  const measures: readonly SetMeasures[] = isFinished(history)
    ? [...finalMeasures(history, "validation"), ...finalMeasures(history, "train")]
    : measuresOfBestPoint(config, history);
  return measures.map(({ set, split, images, values }) => ({
    dataset: set ?? config.dataset.name,
    split,
    images,
    decoding: "greedy",
    values: { ...values },
  }));
}

function measuresOfBestPoint({ dataset }: RunConfig, history: History): SetMeasures[] {
  const best = bestPoint(history);
  if (best === undefined) return [];
  const sets = dataset.sets ?? [{ name: dataset.name, validationImages: dataset.validationImages }];
  return sets.flatMap(({ name, validationImages: images }) => {
    const values = best.sets ? best.sets[name] : best.validation;
    if (images === undefined || values === undefined) return [];
    return [{ set: name, split: "validation", images, values }];
  });
}
