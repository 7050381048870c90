import { UserError } from "../../core/errors.ts";
import { layerLayout, permuted } from "../index.ts";
import type { StoredWeight, StoredWeights } from "../stored-weights.ts";
import { inputsOf, type LayerTopology } from "./topology.ts";

type Config = Readonly<Record<string, unknown>>;

const withBias = (...kernels: string[]) => {
  return ({ use_bias }: Config) => (use_bias === false ? kernels : [...kernels, "bias"]);
};

/** The weights of each layer class, in the layer's order. */
const WEIGHT_NAMES: Readonly<Record<string, (config: Config) => readonly string[]>> = {
  Conv1D: withBias("kernel"),
  Conv2D: withBias("kernel"),
  Conv3D: withBias("kernel"),
  Conv2DTranspose: withBias("kernel"),
  DepthwiseConv2D: withBias("depthwise_kernel"),
  SeparableConv2D: withBias("depthwise_kernel", "pointwise_kernel"),
  Dense: withBias("kernel"),
  BatchNormalization: ({ scale, center }) => [
    ...(scale === false ? [] : ["gamma"]),
    ...(center === false ? [] : ["beta"]),
    "moving_mean",
    "moving_variance",
  ],
};

/** A layer and its weights in a graph. */
interface WeightedLayer {
  readonly layer: LayerTopology;
  readonly weights: readonly { readonly name: string; readonly weight: StoredWeight }[];
}

/**
 * Finds every layer's weights in a graph and converts them to the layer's layout.
 *
 * The converter folds a batch normalization into the convolution before it. Such a normalization
 * becomes an `Activation` of the same name that changes nothing, and the convolution gets a bias: the
 * statistics are lost, and invented ones would give other features in training.
 *
 * @throws {UserError} `invalid_bundle` for a weight that the graph lacks.
 */
export function weightedLayers(
  layers: readonly LayerTopology[],
  stored: StoredWeights,
): WeightedLayer[] {
  const folded = foldedNormalizations(layers, stored);
  const biased = new Set(folded.values());
  return layers.map((layer) => {
    if (folded.has(layer.name)) return { layer: unchanging(layer), weights: [] };
    const config = biased.has(layer.name) ? { ...layer.config, use_bias: true } : layer.config;
    return weighted({ ...layer, config }, stored);
  });
}

function weighted(layer: LayerTopology, stored: StoredWeights): WeightedLayer {
  const names = WEIGHT_NAMES[layer.class_name]?.(layer.config) ?? [];
  const multiplier = Number(layer.config.depth_multiplier ?? 1);
  const weights = names.map((weight) => {
    const name = `${layer.name}/${weight}`;
    const found = required(stored, name);
    return { name, weight: pointwise(layer, weight, found) ?? toLayer(weight, found, multiplier) };
  });
  return { layer, weights };
}

/**
 * Returns the kernel of a pointwise convolution that became a product, whose matrix has the layer's
 * layout.
 */
function pointwise(
  { class_name }: LayerTopology,
  name: string,
  { shape, data }: StoredWeight,
): StoredWeight | undefined {
  const axes = Number(/^(?:Separable)?Conv(?<axes>[123])D$/.exec(class_name)?.groups?.axes ?? 0);
  const isKernel = name === "kernel" || name === "pointwise_kernel";
  if (axes === 0 || !isKernel || shape.length !== 2) return undefined;
  return { shape: [...Array<number>(axes).fill(1), ...shape], data };
}

function toLayer(name: string, { shape, data }: StoredWeight, multiplier: number): StoredWeight {
  const layout = layerLayout(name, shape, multiplier);
  return { shape: layout.shape, data: permuted(data, layout.seen, layout.perm) };
}

function required(stored: StoredWeights, name: string): StoredWeight {
  const weight = stored.get(name);
  if (weight) return weight;
  throw new UserError("invalid_bundle", `The bundle's encoder has no weight "${name}".`);
}

/** Maps normalizations whose statistics the graph lacks to the convolutions that absorbed them. */
function foldedNormalizations(
  layers: readonly LayerTopology[],
  stored: StoredWeights,
): Map<string, string> {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const folded = new Map<string, string>();
  for (const layer of layers) {
    if (layer.class_name !== "BatchNormalization" || stored.get(`${layer.name}/moving_mean`))
      continue;
    const convolution = weightedBefore(layer, byName);
    if (convolution !== undefined) folded.set(layer.name, convolution.name);
  }
  return folded;
}

/** Returns the last layer with weights before another, if the layers between them are a chain. */
function weightedBefore(
  layer: LayerTopology,
  byName: ReadonlyMap<string, LayerTopology>,
): LayerTopology | undefined {
  const [first, ...others] = inputsOf(layer);
  const before = others.length === 0 ? byName.get(first ?? "") : undefined;
  if (before === undefined || before.class_name in WEIGHT_NAMES) return before;
  return weightedBefore(before, byName);
}

function unchanging({ name, inbound_nodes }: LayerTopology): LayerTopology {
  const config = { name, activation: "linear", trainable: true };
  return { name, class_name: "Activation", config, inbound_nodes };
}
