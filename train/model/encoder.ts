import type * as tfTypes from "@tensorflow/tfjs";
import { UserError } from "../../core/errors.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import type { Backbone } from "./backbone.ts";
import type { NetworkSizes } from "./network.ts";
import { firstOutput } from "./sub-model.ts";

type Symbolic = tfTypes.SymbolicTensor;

/** The layer that every encoder begins with: pixels of 0 to 255 to the backbone's range. */
const rescalingLayer = "rescaling";

/**
 * Builds the encoder: picture -> image state, all that the decoder needs and no word changes.
 *
 * - input `image`: `[N, H, W, 3]`, 0 to 255;
 * - outputs `initial_hidden`, `initial_cell`: `[N, units]`, the LSTM's first state;
 * - and for the kind `attention` `features`: `[N, regions, D]` and `keys`: `[N, regions, A]`.
 *
 * Grids of several depths are averaged down to the coarsest and joined channel by channel.
 *
 * @returns the encoder, and its layer that gives the features, `[N, rows, columns, channels]`.
 * @throws UserError `feature_layers_differ` where one grid is not a multiple of another.
 */
export async function buildEncoder(
  tf: TensorFlow,
  backbone: Backbone,
  sizes: NetworkSizes,
): Promise<{ encoder: tfTypes.LayersModel; featureLayer: string }> {
  const shape = backbone.model.inputs[0]?.shape.slice(1) ?? [];
  const image = tf.input({ shape, name: "image" });
  const [black, white] = backbone.pixelRange;
  const rescaling = tf.layers.rescaling({
    name: rescalingLayer,
    scale: (white - black) / 255,
    offset: black,
  });
  const grids = applyBackbone(backbone, rescaling.apply(image) as Symbolic);
  const joined = joinGrids(tf, grids, backbone.featureLayers);
  const outputs = imageState(tf, joined.grid, sizes);
  const encoder = await freshCopy(tf, tf.model({ name: "encoder", inputs: image, outputs }));
  return { encoder, featureLayer: joined.layer };
}

/** Applies the backbone's layers up to its feature layers to another input. @returns their grids. */
function applyBackbone(backbone: Backbone, input: Symbolic): Symbolic[] {
  const { model, featureLayers } = backbone;
  const wanted = new Set(featureLayers);
  const known = new Map<number, Symbolic>();
  const first = model.inputs[0];
  if (first) known.set(first.id, input);
  for (const layer of model.layers) {
    const output = firstOutput(layer);
    if (!known.has(output.id)) {
      const nodes = (layer as unknown as { inboundNodes: { inputTensors: Symbolic[] }[] })
        .inboundNodes;
      const inputs = (nodes[0]?.inputTensors ?? []).map((tensor) => known.get(tensor.id));
      const complete = inputs.filter((tensor) => tensor !== undefined);
      if (complete.length === 0 || complete.length < inputs.length) continue;
      const single = complete.length === 1 ? complete[0] : undefined;
      known.set(output.id, layer.apply(single ?? complete) as Symbolic);
    }
    wanted.delete(layer.name);
    if (wanted.size === 0) break;
  }
  return featureLayers.map((name) => {
    const grid = known.get(firstOutput(model.getLayer(name)).id);
    if (grid) return grid;
    throw new Error(`the layer ${name} does not follow from the backbone's first input`);
  });
}

/** Averages grids down to the coarsest of them and joins their channels. */
function joinGrids(
  tf: TensorFlow,
  grids: readonly Symbolic[],
  names: readonly string[],
): { grid: Symbolic; layer: string } {
  const [first] = grids;
  if (first && grids.length === 1) return { grid: first, layer: names[0] ?? "" };
  const sizeOf = ({ shape }: Symbolic) => [shape[1] ?? 0, shape[2] ?? 0] as const;
  const rows = Math.min(...grids.map((grid) => sizeOf(grid)[0]));
  const columns = Math.min(...grids.map((grid) => sizeOf(grid)[1]));
  const pooled = grids.map((grid, index) => {
    const [height, width] = sizeOf(grid);
    const pool: [number, number] = [height / rows, width / columns];
    if (!pool.every(Number.isInteger)) {
      throw new UserError(
        "feature_layers_differ",
        `The grid of ${names[index]} is ${height} x ${width}, no multiple of ${rows} x ${columns}: choose other layers by --feature-layer.`,
      );
    }
    if (pool.every((side) => side === 1)) return grid;
    const name = `${names[index]}_pooled`;
    return tf.layers.averagePooling2d({ name, poolSize: pool, strides: pool }).apply(grid);
  });
  const layer = "joined_grids";
  const grid = tf.layers.concatenate({ name: layer, axis: -1 }).apply(pooled as Symbolic[]);
  return { grid: grid as Symbolic, layer };
}

function imageState(tf: TensorFlow, grid: Symbolic, sizes: NetworkSizes): Symbolic[] {
  const { featureSize, attentionSize, units, seed } = sizes;
  const [, rows, columns, channels] = grid.shape as number[];
  const dense = (
    name: string,
    size: number,
    activation: "tanh" | "relu" | "linear",
    draw: number,
  ) =>
    tf.layers.dense({
      name,
      units: size,
      activation,
      kernelInitializer: tf.initializers.glorotUniform({ seed: seed + draw }),
    });
  const regions = tf.layers
    .reshape({ name: "regions", targetShape: [(rows ?? 0) * (columns ?? 0), channels ?? 0] })
    .apply(grid) as Symbolic;
  const features = dense("features", featureSize, "relu", 1).apply(regions) as Symbolic;
  const mean = tf.layers
    .globalAveragePooling1d({ name: "mean" } as object)
    .apply(features) as Symbolic;
  const hidden = dense("initial_hidden", units, "linear", 2).apply(mean) as Symbolic;
  const cell = dense("initial_cell", units, "linear", 3).apply(mean) as Symbolic;
  if (sizes.kind === "lstm") return [hidden, cell];
  const keys = dense("keys", attentionSize, "linear", 4).apply(features) as Symbolic;
  return [hidden, cell, features, keys];
}

/**
 * The same model with layers of its own, by way of what it saves.
 *
 * The backbone's layers were applied a second time, and a layer with two applications has no output
 * that one could name.
 */
async function freshCopy(tf: TensorFlow, model: tfTypes.LayersModel): Promise<tfTypes.LayersModel> {
  const artifacts = await new Promise<tfTypes.io.ModelArtifacts>((resolve, reject) => {
    const handler = tf.io.withSaveHandler(async (saved) => {
      resolve(saved);
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    });
    model.save(handler).catch(reject);
  });
  const copy = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  model.dispose();
  return copy;
}
