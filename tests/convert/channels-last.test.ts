import type * as tfTypes from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { convert } from "../../convert/index.ts";
import { weightedLayers } from "../../onnx/backbone/weights.ts";
import { readOnnx } from "../../onnx/index.ts";
import { StoredWeights } from "../../onnx/stored-weights.ts";
import { tf } from "../support/tensorflow.ts";
import { chain, expectSame, type Layer, operations } from "./support.ts";

const pointwise = (filters: number, options = {}) =>
  tf.layers.conv2d({ filters, kernelSize: 1, ...options });
const relu6 = () => tf.layers.reLU({ maxValue: 6 });
const depthwise = (options = {}) =>
  tf.layers.depthwiseConv2d({ kernelSize: 3, padding: "same", ...options });

describe("pointwise convolutions", () => {
  test("become products on small images, with their Clip", async () => {
    const model = chain(
      [7, 7, 256],
      [pointwise(256), relu6(), depthwise(), relu6(), pointwise(256, { useBias: false })],
    );
    expect(operations(model)).toEqual({
      MatMul: 2,
      Add: 1,
      Max: 1,
      Min: 1,
      // Around the depthwise convolution, whose channels are too few for a sum.
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

  test("can be read out of the graph as the layers that they were", () => {
    expectReadBack(
      chain(
        [4, 4, 256],
        [
          pointwise(256),
          tf.layers.separableConv2d({ filters: 256, kernelSize: 3, padding: "same" }),
        ],
      ),
    );
  });
});

describe("depthwise convolutions", () => {
  /** Behind a product, which leaves the channels last. */
  const behindProduct = (image: number[], channels: number, ...layers: Layer[]) =>
    chain(image, [pointwise(channels), relu6(), ...layers]);

  test("become sums on small images with channels last, with their Clip", async () => {
    const model = behindProduct([7, 5, 128], 512, depthwise(), relu6(), pointwise(128));
    expect(operations(model)).toEqual({
      MatMul: 2,
      // Of both products and of the sum.
      Add: 3,
      Max: 2,
      Min: 2,
      Reshape: 1,
      Split: 1,
      Pad: 1,
      Slice: 9,
      Mul: 9,
      Sum: 1,
    });
    await expectSame(model);
  });

  test.each([
    ["without padding", depthwise({ padding: "valid" })],
    ["with an oblong kernel", depthwise({ kernelSize: [1, 5] })],
    ["without a bias", depthwise({ useBias: false })],
  ])("become sums %s", async (_, layer) => {
    const model = behindProduct([6, 7, 128], 512, layer);
    expect(operations(model)).not.toHaveProperty("Conv");
    await expectSame(model);
  });

  test.each([
    ["they leave pixels out", depthwise({ strides: 2 })],
    ["their kernel is large", depthwise({ kernelSize: 5 })],
    ["they make several channels of one", depthwise({ depthMultiplier: 2 })],
  ])("stay where %s", async (_, layer) => {
    const model = behindProduct([6, 7, 128], 512, layer);
    expect(operations(model)).toHaveProperty("Conv", 1);
    await expectSame(model);
  });

  test("can be read out of the graph as the layers that they were", () => {
    expectReadBack(behindProduct([4, 4, 128], 512, depthwise({ kernelSize: [2, 3] })));
  });
});

/** Expects a model's weights in its graph, by their names and in their layers' layout. */
function expectReadBack(model: tfTypes.LayersModel): void {
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
}
