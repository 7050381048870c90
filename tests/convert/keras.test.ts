import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { convert } from "../../convert/index.ts";
import { loadModel } from "../../convert/load/index.ts";
import { prove } from "../../convert/proof/index.ts";
import { onnxRuntime } from "../../node/onnx-runtime.ts";
import { tf } from "../support/tensorflow.ts";
import { tolerance } from "./support.ts";

interface Values {
  shape: number[];
  data: number[];
}

const fixture = (name: string, file: string) =>
  new URL(`fixtures/keras3/${name}/${file}`, import.meta.url).pathname;

/** Returns the outputs of the converted model on the inputs of the fixture. */
async function outputsOf(name: string) {
  const model = await loadModel(tf, fixture(name, "model.json"));
  const conversion = convert(model);
  const text = await readFile(fixture(name, "expected.json"), "utf8");
  const expected: { inputs: Values[]; outputs: Values[] } = JSON.parse(text);
  const session = await onnxRuntime.createSession(conversion.model, []);
  const feeds = conversion.inputs.map(({ name: input, type }, index) => {
    const { shape, data } = expected.inputs[index] ?? { shape: [], data: [] };
    const values = type === "int32" ? Int32Array.from(data) : Float32Array.from(data);
    return [input, { type, dims: shape, data: values }] as const;
  });
  const given = await session.run(Object.fromEntries(feeds) as never);
  const actual = conversion.outputs.map(({ name: output }) =>
    Array.from(given[output]?.data ?? []),
  );
  return { model, conversion, expected, actual };
}

describe("models written by Keras 3", () => {
  test.each([
    "sequential",
    "functional",
    "gru",
    "sequence-to-sequence",
    "nested",
    "cells",
    "activations",
    "gates",
  ])("%s gives what Keras gives", async (name) => {
    const { model, conversion, expected, actual } = await outputsOf(name);
    for (const [index, { data }] of expected.outputs.entries()) {
      expect(actual[index]?.length).toBe(data.length);
      const errors = data.map((value, at) => Math.abs(value - (actual[index]?.[at] ?? Number.NaN)));
      const largest = Math.max(1, ...data.map(Math.abs));
      expect(Math.max(...errors) / largest).toBeLessThanOrEqual(tolerance);
    }
    for (const { error } of await prove({ tf, runtime: onnxRuntime }, model, conversion)) {
      expect(error).toBeLessThanOrEqual(tolerance);
    }
  });

  test("a tagger with masks gives what Keras gives at every unmasked step", async () => {
    const { expected, actual } = await outputsOf("tagger");
    const [words] = expected.inputs;
    const [tags] = expected.outputs;
    const size = tags?.shape[2] ?? 0;
    const compared = (tags?.data ?? []).filter((value, index) => {
      if (words?.data[Math.floor(index / size)] === 0) return false;
      expect(Math.abs(value - (actual[0]?.[index] ?? Number.NaN))).toBeLessThanOrEqual(tolerance);
      return true;
    });
    expect(compared.length).toBe(7 * size);
  });
});
