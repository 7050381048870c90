import { UserError } from "../../../core/errors.ts";
import type { Preparation } from "../../../core/image/prepare.ts";
import { Vocabulary } from "../../../core/vocabulary.ts";
import type { TensorFlow } from "../../../node/tensorflow.ts";
import type { TrainOptions } from "../../../run-files/options.ts";
import { type Backbone, checkFeatureLayers, inputSize } from "../backbone/backbone.ts";
import { openBackbone } from "../backbone/open-backbone.ts";
import { buildNetwork, type CaptionNetwork } from "../network.ts";
import { followsFrom } from "../sub-model.ts";
import { continueNetwork } from "./continue-network.ts";
import { openStartingPoints } from "./open-starting-point.ts";
import type { StartingPoint } from "./starting-point.ts";

/** The source of a run's network: a backbone alone, or a whole captioner. */
interface NetworkSource {
  readonly backbone: Backbone;
  readonly preparation: Preparation;
  /** The run's options, with the sizes of the captioner that it starts from. */
  readonly options: TrainOptions;
  /** The captioner that `--from` names, or the mean of several; undefined if the decoder starts untrained. */
  readonly start: StartingPoint | undefined;
}

/**
 * Opens the captioner that `--from` names, the mean of several, or else the backbone.
 *
 * @throws {UserError} `conflicting_options` when the options leave out a feature layer of `--from`;
 *   `invalid_option` when the backbone lacks the layer of `--fine-tune-from`; those of
 *   {@link openStartingPoints} and {@link openBackbone}
 */
export async function openNetworkSource(
  tf: TensorFlow,
  asked: TrainOptions,
): Promise<NetworkSource> {
  const [path, ...others] = asked.from ?? [];
  const source = await (path === undefined
    ? fromBackbone(tf, asked)
    : fromCaptioner(tf, asked, [path, ...others]));
  checkFineTuneFrom(source);
  return source;
}

async function fromBackbone(tf: TensorFlow, options: TrainOptions): Promise<NetworkSource> {
  const backbone = await openBackbone(tf, options);
  const preparation: Preparation = {
    ...inputSize(backbone),
    fit: "stretch",
    background: 128,
    filter: "triangle",
  };
  return { backbone, preparation, options, start: undefined };
}

async function fromCaptioner(
  tf: TensorFlow,
  asked: TrainOptions,
  paths: readonly [string, ...string[]],
): Promise<NetworkSource> {
  const start = await openStartingPoints(tf, paths);
  const [path] = paths;
  const { model, featureLayers: known } = start.backbone;
  const featureLayers = asked.featureLayer ?? known;
  const lost = known.find((name) => !featureLayers.includes(name));
  if (lost !== undefined) {
    throw new UserError(
      "conflicting_options",
      `--from ${path} reads its features from the layer ${lost}: --feature-layer can add layers, but not leave that one out.`,
    );
  }
  checkFeatureLayers(path, model, featureLayers);
  const { kind, ...sizes } = start.sizes;
  return {
    backbone: { ...start.backbone, featureLayers },
    preparation: start.preparation,
    options: { ...asked, decoder: kind, ...sizes },
    start,
  };
}

/** Checks, before a long training, that its later stages will find their layer. */
function checkFineTuneFrom({ backbone, options }: NetworkSource): void {
  const { model, featureLayers } = backbone;
  const { fineTune, joint, fineTuneFrom } = options;
  if (fineTune + joint === 0 || fineTuneFrom === "image") return;
  if (featureLayers.every((layer) => followsFrom(model, fineTuneFrom, layer))) return;
  throw new UserError(
    "invalid_option",
    `--fine-tune-from ${fineTuneFrom}: the backbone has no such layer before its features (${featureLayers.join(", ")}).`,
  );
}

/**
 * Returns the words that a run knows: those of its captions, after those that the starting point
 * knows already.
 *
 * @param captions - all training captions.
 * @throws {UserError} `empty_vocabulary`
 */
export function vocabularyOf(
  { start, options }: NetworkSource,
  captions: readonly (readonly string[])[],
  styles: readonly string[],
): Vocabulary {
  const { minimumCount } = options;
  return start
    ? start.vocabulary.extended(captions, minimumCount, styles)
    : Vocabulary.count(captions, minimumCount, styles);
}

/** Builds the network that a run trains. */
export async function openNetwork(
  tf: TensorFlow,
  { backbone, options, start }: NetworkSource,
  vocabulary: Vocabulary,
): Promise<CaptionNetwork> {
  if (start) {
    const { featureLayers } = backbone;
    return continueNetwork(tf, start, { vocabulary, featureLayers, seed: options.seed });
  }
  const sizes = { ...options, kind: options.decoder, vocabularySize: vocabulary.size };
  return buildNetwork(tf, backbone, sizes);
}
