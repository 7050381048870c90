import { describe, expect, test } from "vitest";
import { convert } from "../../convert/index.ts";
import { weightedLayers } from "../../onnx/backbone/weights.ts";
import { readOnnx } from "../../onnx/index.ts";
import { StoredWeights } from "../../onnx/stored-weights.ts";
import { tf } from "../support/tensorflow.ts";
import { chain, expectSame, operations } from "./support.ts";

const pointwise = (filters: number, options = {}) =>
  tf.layers.conv2d({ filters, kernelSize: 1, ...options });
const relu6 = () => tf.layers.reLU({ maxValue: 6 });
const depthwise = () => tf.layers.depthwiseConv2d({ kernelSize: 3, padding: "same" });

describe("pointwise convolutions", () => {
  test("become products on small images, with their Clip", async () => {
    const model = chain(
      [7, 7, 256],
      [pointwise(512), relu6(), depthwise(), relu6(), pointwise(256, { useBias: false })],
    );
    expect(operations(model)).toEqual({
      MatMul: 2,
      Add: 1,
      Max: 1,
      Min: 1,
      // Around the remaining convolution.
      Transpose: 2,
      Conv: 1,
      Clip: 1,
    });
    await expectSame(model);
  });

  test.each([
    ["the image is large", [14, 14, 256], pointwise(256)],
    ["they are small themselves", [7, 7, 64], pointwise(64)],
    ["they leave pixels out", [8, 8, 256], pointwise(256, { strides: 2 })],
    ["they see several pixels", [4, 4, 128], tf.layers.conv2d({ filters: 128, kernelSize: 3 })],
  ])("stay where %s", async (_, shape, layer) => {
    const model = chain(shape, layer);
    expect(operations(model)).toHaveProperty("Conv", 1);
    await expectSame(model);
  });

  test("stay convolutions with int8 weights, as products would be quantized", () => {
    expect(operations(chain([7, 7, 256], pointwise(256)), { weights: "int8" })).toHaveProperty(
      "Conv",
    );
  });

  test("can be read out of the graph as the layers that they were", async () => {
    const model = chain(
      [4, 4, 256],
      [pointwise(256), tf.layers.separableConv2d({ filters: 256, kernelSize: 3, padding: "same" })],
    );
    const topology = model.layers.slice(1).map((layer) => ({
      name: layer.name,
      class_name: layer.getClassName(),
      config: layer.getConfig() as Record<string, unknown>,
      inbound_nodes: [],
    }));
    const stored = new StoredWeights(readOnnx(convert(model).model), new Map());
    const read = weightedLayers(topology as never, stored).flatMap(({ weights }) => weights);
    const expected = model.getWeights();
    expect(read.map(({ weight }) => weight.shape)).toEqual(expected.map(({ shape }) => shape));
    for (const [index, { weight }] of read.entries()) {
      expect(Array.from(weight.data)).toEqual(Array.from(expected[index]?.dataSync() ?? []));
    }
  });
});
