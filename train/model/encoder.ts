import type * as tfTypes from "@tensorflow/tfjs";
import type { TensorFlow } from "../../node/tensorflow.ts";
import { type Backbone, coarsestGrid } from "./backbone/backbone.ts";
import type { NetworkSizes } from "./network.ts";
import { firstInputs, firstOutput } from "./sub-model.ts";

type Symbolic = tfTypes.SymbolicTensor;

/** The first layer of every encoder: it scales pixels of 0 to 255 to the backbone's range. */
const RESCALING_LAYER = "rescaling";

/** The layers with weights after the backbone. */
export const HEAD_LAYERS: ReadonlySet<string> = new Set([
  "features",
  "keys",
  "initial_hidden",
  "initial_cell",
]);

/**
 * Builds the encoder, which computes from an image everything that the decoder needs of it.
 *
 * - input `image`: `[N, H, W, 3]`, 0 to 255;
 * - outputs `initial_hidden`, `initial_cell`: `[N, units]`, the LSTM's first state;
 * - for the kind `attention` also `features`: `[N, regions, D]` and `keys`: `[N, regions, A]`.
 *
 * Grids of several depths are averaged down to the coarsest and joined channel by channel.
 *
 * @param backbone - with feature layers that `checkFeatureLayers` accepts.
 * @returns the encoder, and its layer that gives the features, `[N, rows, columns, channels]`.
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
    name: RESCALING_LAYER,
    scale: (white - black) / 255,
    offset: black,
  });
  const grids = applyBackbone(backbone, rescaling.apply(image) as Symbolic);
  const joined = joinGrids(tf, backbone, grids);
  const outputs = imageState(tf, joined.grid, sizes);
  const encoder = await freshCopy(tf, tf.model({ name: "encoder", inputs: image, outputs }));
  return { encoder, featureLayer: joined.layer };
}

/** Applies the backbone's layers up to its feature layers to another input. @returns their grids. */
function applyBackbone({ model, featureLayers }: Backbone, input: Symbolic): Symbolic[] {
  const wanted = new Set(featureLayers);
  const known = new Map<number, Symbolic>();
  const first = model.inputs[0];
  if (first) known.set(first.id, input);
  for (const layer of model.layers) {
    const output = firstOutput(layer);
    if (!known.has(output.id)) {
      const inputs = firstInputs(layer).map((tensor) => known.get(tensor.id));
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
  { model, featureLayers }: Backbone,
  grids: readonly Symbolic[],
): { grid: Symbolic; layer: string } {
  const [first] = grids;
  if (first && grids.length === 1) return { grid: first, layer: featureLayers[0] ?? "" };
  const sizes = grids.map(({ shape }) => ({ rows: Number(shape[1]), columns: Number(shape[2]) }));
  const coarsest = coarsestGrid(sizes);
  const pooled = grids.map((grid, index) => {
    const { rows = 0, columns = 0 } = sizes[index] ?? {};
    const pool: [number, number] = [rows / coarsest.rows, columns / coarsest.columns];
    if (pool.every((side) => side === 1)) return grid;
    const name = newLayerName(model, `${featureLayers[index]}_pooled`);
    return tf.layers.averagePooling2d({ name, poolSize: pool, strides: pool }).apply(grid);
  });
  const layer = newLayerName(model, "joined_grids");
  const grid = tf.layers.concatenate({ name: layer, axis: -1 }).apply(pooled as Symbolic[]);
  return { grid: grid as Symbolic, layer };
}

/** Returns a name that no layer has yet: a backbone that was trained before can hold joined grids. */
function newLayerName({ layers }: tfTypes.LayersModel, wanted: string): string {
  const taken = new Set(layers.map(({ name }) => name));
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`;
  return name;
}

/** Builds what follows the features: the decoder's first state, and regions for attention. */
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
 * Copies a model by saving and loading it, so that it owns its layers.
 *
 * The backbone's layers have been applied twice, and TensorFlow.js gives such a layer no `output`.
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
