import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LayersModel, Tensor } from "@tensorflow/tfjs";
import { expect } from "vitest";
import { type ConvertOptions, convert, type LoadOptions, loadModel } from "../../convert/index.ts";
import { prove } from "../../convert/proof/index.ts";
import { onnxRuntime } from "../../node/onnx-runtime.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { tf } from "../support/tensorflow.ts";
import { tolerance } from "./support.ts";

/** A weight of a file: its name, its shape, and its values (by default counting up in small steps). */
export type WeightOfFile = readonly [
  name: string,
  shape: readonly number[],
  values?: ArrayLike<number>,
];

interface KerasFile {
  /** Of Keras. */
  readonly version?: string;
  readonly className?: string;
  readonly config: Record<string, unknown>;
  readonly weights?: readonly WeightOfFile[];
}

export const valueAt = (index: number) => ((index * 7) % 11) / 10 - 0.5;

/** Writes a model as tensorflowjs_converter does. @returns The path of its `model.json`. */
function writeKeras({ version = "2.15.0", className, config, weights = [] }: KerasFile) {
  const folder = temporaryFolder();
  const data = weights.map(([, shape, values]) => {
    const size = shape.reduce((all, each) => all * each, 1);
    return Float32Array.from({ length: size }, (_, index) => values?.[index] ?? valueAt(index));
  });
  const bytes = data.map(({ buffer }) => Buffer.from(buffer));
  writeFileSync(join(folder, "w.bin"), Buffer.concat(bytes));
  const specs = weights.map(([name, shape]) => ({ name, shape, dtype: "float32" }));
  const modelTopology = {
    keras_version: version,
    backend: "tensorflow",
    model_config: { class_name: className ?? "Sequential", config },
  };
  const weightsManifest = [{ paths: ["w.bin"], weights: specs }];
  const path = join(folder, "model.json");
  writeFileSync(path, JSON.stringify({ modelTopology, weightsManifest }));
  return path;
}

/** Loads a model of Keras. */
export function ofKeras(file: KerasFile, options?: LoadOptions): Promise<LayersModel> {
  return loadModel(tf, writeKeras(file), options);
}

/** Returns the path of a model in `fixtures/published`. */
export function published(name: string): string {
  return new URL(`fixtures/published/${name}/model.json`, import.meta.url).pathname;
}

/** What a model's graph gives for its one input, after the proof that TensorFlow.js gives the same. */
export async function outputOf(
  model: LayersModel,
  x: Tensor,
  options?: ConvertOptions,
): Promise<number[]> {
  const conversion = convert(model, options);
  for (const { error } of await prove({ tf, runtime: onnxRuntime }, model, conversion)) {
    expect(error).toBeLessThanOrEqual(tolerance);
  }
  const session = await onnxRuntime.createSession(conversion.model, []);
  const data = x.dataSync() as Float32Array;
  const [input] = conversion.inputs;
  const given = { [input?.name ?? ""]: { type: "float32", dims: x.shape, data } as const };
  const outputs = await session.run(given);
  return Array.from(Object.values(outputs)[0]?.data ?? []);
}

export function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 4);
}
