import { describe, expect, test, vi } from "vitest";
import { convert } from "../../convert/index.ts";
import { compareGraphs } from "../../convert/proof/index.ts";
import { onnxRuntime } from "../../node/onnx-runtime.ts";
import { readInitializers, readOnnx } from "../../onnx/index.ts";
import { tf } from "../support/tensorflow.ts";
import { chain, type Layer, operations } from "./support.ts";

// Pure JavaScript takes its time to draw an orthogonal matrix.
vi.setConfig({ testTimeout: 120_000 });

type Model = ReturnType<typeof chain>;

/** The error of smaller weights against exact ones, and the sizes of both files. */
async function compared(model: Model, weights: "fp16" | "int8") {
  const exact = convert(model);
  const lowered = convert(model, { weights });
  const errors = await compareGraphs({ tf, runtime: onnxRuntime }, model, { exact, lowered });
  return {
    error: Math.max(...errors.map(({ error }) => error)),
    size: lowered.model.byteLength / exact.model.byteLength,
  };
}

const recurrent = () =>
  chain(
    [null, 48],
    [
      tf.layers.lstm({ units: 64, recurrentActivation: "sigmoid", returnSequences: true }),
      tf.layers.dense({ units: 80 }),
    ],
  );

const convolutional = () =>
  chain(
    [12, 12, 8],
    [
      tf.layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
      tf.layers.globalAveragePooling2d({} as never),
      tf.layers.dense({ units: 64 }),
    ],
  );

describe("fp16", () => {
  test.each([
    ["a recurrent network", recurrent],
    ["a convolutional network", convolutional],
  ])("halves %s and changes it little", async (_, build) => {
    const { error, size } = await compared(build(), "fp16");
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(5e-3);
    expect(size).toBeLessThan(0.6);
  });

  test("keeps a tensor that half precision cannot represent", () => {
    const model = chain([64], tf.layers.dense({ units: 4, name: "huge" }));
    const [kernel, bias] = model.getWeights();
    if (kernel === undefined || bias === undefined) throw new Error("weights");
    model.setWeights([tf.mul(kernel, 1e6), bias]);
    const weights = readInitializers(readOnnx(convert(model, { weights: "fp16" }).model));
    expect(weights.get("huge/kernel")?.type).toBe("float32");
  });
});

describe("int8", () => {
  test("quarters a recurrent network, with products and LSTMs in bytes", async () => {
    const model = recurrent();
    const { error, size } = await compared(model, "int8");
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(5e-2);
    expect(size).toBeLessThan(0.35);
    expect(operations(model, { weights: "int8" })).toMatchObject({
      MatMulInteger: 1,
      DynamicQuantizeLSTM: 1,
    });
  });

  test.each([
    ["a GRU", () => tf.layers.gru({ units: 64 }), { GRU: 1, DequantizeLinear: 2 }],
    ["a simple RNN", () => tf.layers.simpleRNN({ units: 64 }), { RNN: 1, DequantizeLinear: 2 }],
    // The input's product before the Scan, the state's in its body.
    [
      "a cell without an operation",
      () => tf.layers.gru({ units: 64, activation: "selu" }),
      { Scan: 1 },
    ],
  ])("stores the weights of %s as bytes", async (_, layer, nodes) => {
    const model = chain([null, 32], layer() as Layer);
    // With larger weights the state is chaotic, and roundings grow from step to step.
    for (const weight of model.weights) weight.write(tf.mul(weight.read(), 0.3));
    const { error, size } = await compared(model, "int8");
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(5e-2);
    expect(size).toBeLessThan(0.4);
    expect(operations(model, { weights: "int8" })).toMatchObject(nodes);
    const weights = readInitializers(readOnnx(convert(model, { weights: "int8" }).model));
    const bytes = [...weights.values()].filter(({ type }) => type === "int8");
    expect(bytes.length).toBeGreaterThanOrEqual(2);
  });

  test("is signed, with a scale for every channel, under the weights' own names", () => {
    const model = chain([32], tf.layers.dense({ units: 64, name: "head" }));
    const weights = readInitializers(readOnnx(convert(model, { weights: "int8" }).model));
    expect(weights.get("head/kernel")?.type).toBe("int8");
    expect(weights.get("head/kernel_scale")?.shape).toEqual([64]);
    const [kernel] = model.getWeights();
    const scales = weights.get("head/kernel_scale")?.data ?? [];
    const stored = weights.get("head/kernel")?.data ?? [];
    for (const [index, value] of (kernel?.dataSync() ?? []).entries()) {
      const scale = Number(scales[index % 64]);
      expect(Math.abs(value - Number(stored[index]) * scale)).toBeLessThanOrEqual(scale * 0.5001);
    }
  });

  test("declares the custom domain only where it is used", () => {
    const domains = (model: Model) =>
      readOnnx(convert(model, { weights: "int8" }).model).opsetImport.map(({ domain }) => domain);
    expect(domains(recurrent())).toEqual(["", "com.microsoft"]);
    expect(domains(convolutional())).toEqual([""]);
  });
});
