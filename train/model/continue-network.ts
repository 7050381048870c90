import type * as tfTypes from "@tensorflow/tfjs";
import { specialTokens, type Vocabulary } from "../../core/vocabulary.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import type { StoredWeight } from "../../onnx/stored-weights.ts";
import { buildNetwork, type CaptionNetwork } from "./network.ts";
import type { StartingPoint } from "./starting-point.ts";
import { modelVariables } from "./weights.ts";

/** What a captioner grows by when it goes on from an earlier one. */
export interface Growth {
  /** The earlier vocabulary with new styles and words behind it. */
  readonly vocabulary: Vocabulary;
  /** The layers whose grids are the features, those of the starting point among them. */
  readonly featureLayers: readonly string[];
  readonly seed: number;
}

/**
 * Builds a captioner that says what an earlier one said, before it learns more.
 *
 * Known words keep their vectors. New styles begin as the earlier default style, new words with
 * vectors drawn from the seed and with the bias of the least likely word, and the features of layers
 * that the earlier captioner did not see count nothing yet.
 */
export async function continueNetwork(
  tf: TensorFlow,
  start: StartingPoint,
  { vocabulary, featureLayers, seed }: Growth,
): Promise<CaptionNetwork> {
  const backbone = { ...start.backbone, featureLayers };
  const sizes = { ...start.sizes, vocabularySize: vocabulary.size, seed };
  const network = await buildNetwork(tf, backbone, sizes);
  const variables = new Map<string, tfTypes.Variable>([
    ...prefixed("encoder", network.encoder),
    ...prefixed("decoder", network.decoder),
  ]);
  const style = start.vocabulary.startToken(start.defaultStyle);
  for (const [name, old] of start.weights) {
    const variable = variables.get(name);
    if (!variable) throw new Error(`the network has no weight ${name}`);
    const fresh = Float32Array.from(await variable.data());
    const grown = { shape: variable.shape, data: fresh };
    if (name === "decoder/embedding/embeddings") {
      copyRows(old, grown, 0);
      for (const row of newStyles(start.vocabulary, vocabulary)) copyRow(old, style, grown, row);
    } else if (name === "decoder/logits/bias") {
      grown.data.fill(Math.min(...old.data.subarray(specialTokens.unknown + 1)));
      grown.data.set(old.data);
    } else if (name === "decoder/logits/kernel") {
      copyColumns(old, grown);
    } else if (name === "encoder/features/kernel") {
      grown.data.fill(0);
      copyRows(old, grown, channelsBefore(start, featureLayers));
    } else {
      grown.data.set(old.data);
    }
    tf.tidy(() => variable.assign(tf.tensor(grown.data, grown.shape)));
  }
  return network;
}

/** Returns copies of a network's weights, of those that the anchor holds, by the optimizer's names. */
export function anchorWeights(
  tf: TensorFlow,
  network: CaptionNetwork,
): ReadonlyMap<string, tfTypes.Tensor> {
  const variables = [
    ...prefixed("encoder", network.encoder),
    ...prefixed("decoder", network.decoder),
  ];
  return new Map(variables.map(([name, variable]) => [name, tf.keep(variable.clone())]));
}

function prefixed(prefix: string, model: CaptionNetwork["encoder"]) {
  return [...modelVariables(model)].map(
    ([name, variable]) => [`${prefix}/${name}`, variable] as const,
  );
}

/** The tokens of the styles that an earlier vocabulary does not have. */
function newStyles(earlier: Vocabulary, vocabulary: Vocabulary): number[] {
  return vocabulary.styles
    .filter((style) => !earlier.styles.includes(style))
    .map((style) => vocabulary.startToken(style));
}

/** The channels that are joined in front of the earlier features. */
function channelsBefore({ backbone }: StartingPoint, featureLayers: readonly string[]): number {
  const [first = ""] = backbone.featureLayers;
  const before = featureLayers.slice(0, featureLayers.indexOf(first));
  return before.reduce((sum, name) => {
    const shape = backbone.model.getLayer(name).outputShape as (number | null)[];
    return sum + (shape.at(-1) ?? 0);
  }, 0);
}

function copyRows(from: StoredWeight, to: StoredWeight, firstRow: number): void {
  to.data.set(from.data, firstRow * (to.shape[1] ?? 0));
}

function copyRow(from: StoredWeight, row: number, to: StoredWeight, target: number): void {
  const size = to.shape[1] ?? 0;
  to.data.set(from.data.subarray(row * size, (row + 1) * size), target * size);
}

/** Copies `[E, V]` into the first columns of `[E, V + n]`. */
function copyColumns(from: StoredWeight, to: StoredWeight): void {
  const [rows = 0, columns = 0] = from.shape;
  const width = to.shape[1] ?? 0;
  for (let row = 0; row < rows; row++) {
    to.data.set(from.data.subarray(row * columns, (row + 1) * columns), row * width);
  }
}
