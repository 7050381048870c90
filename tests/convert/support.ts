import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { expect } from "vitest";
import { type ConvertOptions, convert } from "../../convert/index.ts";
import { registerActivations } from "../../convert/load/keras/activations.ts";
import { mendShapes } from "../../convert/load/mend.ts";
import { beyond, type OutputError, prove } from "../../convert/proof/index.ts";
import { onnxRuntime } from "../../node/onnx-runtime.ts";
import { readOnnx } from "../../onnx/index.ts";
import { tf } from "../support/tensorflow.ts";

mendShapes(tf);
registerActivations(tf);

export type Layer = tfTypes.layers.Layer;
export type Symbolic = tfTypes.SymbolicTensor;

/** The largest error of a converted graph against tfjs. */
export const tolerance = 1e-5;

/** Gives every weight of a model a different value: new biases, means and slopes are all the same. */
export function scramble(model: tfTypes.LayersModel, seed = 1): tfTypes.LayersModel {
  const values = model.weights.map(({ originalName, shape }, index) => {
    const sizes = shape as number[];
    const [low, high] = /variance/.test(originalName) ? [0.5, 2] : [-0.5, 0.5];
    return tf.randomUniform(sizes, low, high, "float32", seed * 1000 + index);
  });
  // Not setWeights: a few layers of tfjs list their weights in another order than they take them.
  for (const [index, weight] of model.weights.entries()) {
    const value = values[index];
    if (value !== undefined) weight.write(value);
  }
  tf.dispose(values);
  return model;
}

/** A model of one layer (or a chain of them) on an input of the shape, batch left out. */
export function chain(
  shape: (number | null)[],
  layers: Layer | readonly Layer[],
  dtype: "float32" | "int32" = "float32",
): tfTypes.LayersModel {
  const input = tf.input({ shape, dtype, name: "x" });
  const output = [layers].flat().reduce<Symbolic>((x, layer) => layer.apply(x) as Symbolic, input);
  return scramble(tf.model({ inputs: input, outputs: output }));
}

/** Converts a model, runs both, and gives the largest error of any output. */
export async function errorOf(
  model: tfTypes.LayersModel,
  options?: ConvertOptions,
): Promise<number> {
  const errors = await errorsOf(model, options);
  return Math.max(...errors.map(({ error }) => error));
}

/** Converts a model and expects the same numbers from both, except for differences that one rounding explains. */
export async function expectAlike(
  model: tfTypes.LayersModel,
  options?: ConvertOptions,
): Promise<void> {
  expect(beyond(await errorsOf(model, options), tolerance)).toEqual([]);
}

async function errorsOf(
  model: tfTypes.LayersModel,
  options?: ConvertOptions,
): Promise<OutputError[]> {
  const conversion = convert(model, options);
  const errors = await prove({ tf, runtime: onnxRuntime }, model, conversion);
  expect(errors.length).toBe(model.outputs.length);
  return errors;
}

/** Converts a model and expects the same numbers from both. */
export async function expectSame(
  model: tfTypes.LayersModel,
  options?: ConvertOptions,
): Promise<void> {
  expect(await errorOf(model, options)).toBeLessThanOrEqual(tolerance);
}

/** How often each operation occurs in a model's graph. */
export function operations(
  model: tfTypes.LayersModel,
  options?: ConvertOptions,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { opType } of readOnnx(convert(model, options).model).graph?.node ?? []) {
    counts[opType] = (counts[opType] ?? 0) + 1;
  }
  return counts;
}

/** Writes a model as tfjs saves it. @returns The path of its `model.json`. */
export async function saveModel(model: tfTypes.LayersModel, folder: string): Promise<string> {
  const path = join(folder, "model.json");
  const handler = tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
    const weightsManifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
    await mkdir(folder, { recursive: true });
    await writeFile(path, JSON.stringify({ modelTopology, weightsManifest }));
    await writeFile(join(folder, "weights.bin"), new Uint8Array(weightData as ArrayBuffer));
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
  });
  await model.save(handler);
  return path;
}
