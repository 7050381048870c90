import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { UserError } from "../../core/errors.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";

/** A convolutional network that turns a picture into a grid of features. */
export interface Backbone {
  readonly name: string;
  readonly model: tfTypes.LayersModel;
  /** The layer whose output `[N, rows, columns, channels]` is the grid. */
  readonly featureLayer: string;
  /** What its input expects of a picture's black and white. */
  readonly pixelRange: readonly [number, number];
  /** SHA-256 of its files; of its own description if it is not trained yet. */
  readonly sha256: string;
}

/**
 * Loads a backbone that somebody trained: any LayersModel, by the path or URL of its `model.json`.
 *
 * @param featureLayer - by default the last layer that gives a grid.
 * @throws UserError `backbone_not_found`, `invalid_backbone`, `unknown_feature_layer`
 */
export async function loadBackbone(
  tf: TensorFlow,
  source: string,
  featureLayer: string | undefined,
  pixelRange: readonly [number, number],
): Promise<Backbone> {
  const files = await readModelFiles(source);
  const model = await parseModel(tf, source, files);
  const feature = featureLayer ?? lastGridLayer(model);
  if (!model.layers.some((layer) => layer.name === feature)) {
    throw new UserError(
      "unknown_feature_layer",
      `The backbone ${source} has no layer "${feature}": its last grid layer is "${lastGridLayer(model)}".`,
    );
  }
  const hash = createHash("sha256");
  for (const bytes of [files.json, ...files.shards]) hash.update(bytes);
  return { name: model.name, model, featureLayer: feature, pixelRange, sha256: hash.digest("hex") };
}

interface ModelFiles {
  readonly json: Uint8Array;
  readonly shards: readonly Uint8Array[];
}

/** The fields of a `model.json` that say where its weights are. */
interface ModelJson {
  readonly modelTopology: object;
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: tfTypes.io.WeightsManifestEntry[];
  }[];
}

async function readModelFiles(source: string): Promise<ModelFiles> {
  const json = await readSource(source);
  const { weightsManifest } = parseModelJson(source, json);
  const shards = await Promise.all(
    weightsManifest.flatMap(({ paths }) => paths).map((path) => readSource(beside(source, path))),
  );
  return { json, shards };
}

function parseModelJson(source: string, bytes: Uint8Array): ModelJson {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const model = json as Partial<ModelJson>;
    if (model.modelTopology && model.weightsManifest) return model as ModelJson;
  } catch (cause) {
    throw new UserError("invalid_backbone", `The backbone ${source} is not JSON.`, { cause });
  }
  throw new UserError(
    "invalid_backbone",
    `The backbone ${source} is not a LayersModel: it lacks modelTopology or weightsManifest.`,
  );
}

function beside(source: string, path: string): string {
  return isUrl(source) ? new URL(path, source).href : join(dirname(source), path);
}

function isUrl(source: string): boolean {
  return /^https?:\/\//.test(source);
}

async function readSource(source: string): Promise<Uint8Array> {
  try {
    if (!isUrl(source)) return await readFile(source);
    const response = await fetch(source);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "unknown reason";
    throw new UserError(
      "backbone_not_found",
      `The backbone's file ${source} cannot be read: ${reason}.`,
      {
        cause,
      },
    );
  }
}

async function parseModel(
  tf: TensorFlow,
  source: string,
  files: ModelFiles,
): Promise<tfTypes.LayersModel> {
  const { modelTopology, weightsManifest } = parseModelJson(source, files.json);
  const weightData = Uint8Array.from(Buffer.concat(files.shards)).buffer;
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  try {
    return await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : "unknown reason";
    throw new UserError("invalid_backbone", `The backbone ${source} cannot be loaded: ${reason}`, {
      cause,
    });
  }
}

function lastGridLayer(model: tfTypes.LayersModel): string {
  const layer = model.layers.findLast((candidate) => {
    const shape = candidate.outputShape;
    return shape.length === 4 && !Array.isArray(shape[0]) && Number(shape[1]) > 1;
  });
  if (layer) return layer.name;
  throw new UserError(
    "invalid_backbone",
    `The backbone ${model.name} has no layer that gives a grid.`,
  );
}

/**
 * A small convolutional network of our own, not trained yet: what the synthetic pictures need.
 *
 * Three convolutions of stride two, each followed by ReLU: `[N, size, size, 3]` to
 * `[N, size / 8, size / 8, 64]`.
 */
export function smallBackbone(tf: TensorFlow, size: number, seed: number): Backbone {
  const input = tf.input({ shape: [size, size, 3], name: "image" });
  let x: tfTypes.SymbolicTensor = input;
  for (const [index, filters] of [16, 32, 64].entries()) {
    x = tf.layers
      .conv2d({
        name: `conv_${index + 1}`,
        filters,
        kernelSize: 3,
        strides: 2,
        padding: "same",
        activation: "relu",
        kernelInitializer: tf.initializers.heNormal({ seed: seed + index }),
      })
      .apply(x) as tfTypes.SymbolicTensor;
  }
  const model = tf.model({ inputs: input, outputs: x, name: "small" });
  const sha256 = createHash("sha256").update(`small:${size}:${seed}`).digest("hex");
  return { name: "small", model, featureLayer: "conv_3", pixelRange: [-1, 1], sha256 };
}
