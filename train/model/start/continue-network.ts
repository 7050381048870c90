import type * as tfTypes from "@tensorflow/tfjs";
import { specialTokens, type Vocabulary } from "../../../core/vocabulary.ts";
import type { TensorFlow } from "../../../node/tensorflow.ts";
import type { StoredWeight } from "../../../onnx/stored-weights.ts";
import { buildNetwork, type CaptionNetwork, gridShape } from "../network.ts";
import { networkVariables, variable } from "../weights.ts";
import type { StartingPoint } from "./starting-point.ts";

/** What a captioner gains when its training is continued. */
interface Growth {
  /** The earlier vocabulary, with new styles and words at its end. */
  readonly vocabulary: Vocabulary;
  /** The layers that give the features, those of the starting point among them. */
  readonly featureLayers: readonly string[];
  readonly seed: number;
}

/**
 * Builds a captioner with the weights of an earlier one, whose captions it writes before it learns.
 *
 * Known words keep their embeddings. New styles start as copies of the earlier default style. New
 * words start with random embeddings and with the bias of the least likely word. The weights of
 * features that the earlier captioner did not have start at zero.
 */
export async function continueNetwork(
  tf: TensorFlow,
  start: StartingPoint,
  growth: Growth,
): Promise<CaptionNetwork> {
  const { vocabulary, featureLayers, seed } = growth;
  const backbone = { ...start.backbone, featureLayers };
  const sizes = { ...start.sizes, vocabularySize: vocabulary.size, seed };
  const network = await buildNetwork(tf, backbone, sizes);
  const variables = networkVariables(network);
  for (const [name, old] of start.weights) {
    const grown = variable(variables, name);
    const initial = { shape: grown.shape, data: Float32Array.from(await grown.data()) };
    copyWeight(name, old, initial, start, growth);
    tf.tidy(() => grown.assign(tf.tensor(initial.data, initial.shape)));
  }
  return network;
}

/**
 * Returns copies of all weights, of their shapes `[...]`, by the names that the optimizer gives them.
 * `--anchor` pulls the weights back to these copies.
 */
export function anchorWeights(
  tf: TensorFlow,
  network: CaptionNetwork,
): ReadonlyMap<string, tfTypes.Tensor> {
  const variables = [...networkVariables(network)];
  return new Map(variables.map(([name, weight]) => [name, tf.keep(weight.clone())]));
}

/** Copies an earlier weight into a weight of the same shape or a larger one. */
function copyWeight(
  name: string,
  old: StoredWeight,
  grown: StoredWeight,
  start: StartingPoint,
  { vocabulary, featureLayers }: Growth,
): void {
  if (name === "decoder/embedding/embeddings") {
    copyRows(old, grown, 0);
    const style = start.vocabulary.startToken(start.defaultStyle);
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
}

/** Returns the tokens of the styles that the earlier vocabulary lacks. */
function newStyles(earlier: Vocabulary, vocabulary: Vocabulary): number[] {
  return vocabulary.styles
    .filter((style) => !earlier.styles.includes(style))
    .map((style) => vocabulary.startToken(style));
}

/** Returns how many channels of new layers precede those of the earlier features. */
function channelsBefore({ backbone }: StartingPoint, featureLayers: readonly string[]): number {
  const [first = ""] = backbone.featureLayers;
  const before = featureLayers.slice(0, featureLayers.indexOf(first));
  return before.reduce((sum, name) => sum + gridShape(backbone.model, name)[3], 0);
}

/** Copies `[n, E]` into `[m, E]`, from row `firstRow` on. */
function copyRows(from: StoredWeight, to: StoredWeight, firstRow: number): void {
  to.data.set(from.data, firstRow * (to.shape[1] ?? 0));
}

/** Copies row `row` of `[n, E]` into row `target` of `[m, E]`. */
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
