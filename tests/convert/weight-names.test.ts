import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { convert, loadModel } from "../../convert/index.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { tf } from "../support/tensorflow.ts";
import { expectClose, ofKeras, outputOf, published, type WeightOfFile } from "./keras-support.ts";
import { chain, saveModel } from "./support.ts";

const input = (name: string) => ({
  class_name: "InputLayer",
  name,
  config: { name, batch_input_shape: [null, 2], dtype: "float32" },
  inbound_nodes: [],
});

const dense = (name: string, from: string, node = 0) => ({
  class_name: "Dense",
  name,
  config: { name, units: 2, activation: "linear", use_bias: false },
  inbound_nodes: [[[from, node, 0, {}]]],
});

/** A nested functional model of one layer. */
const block = (name: string, inner: string, from: string, node = 0) => ({
  class_name: "Functional",
  name,
  config: {
    name,
    layers: [input("i"), dense(inner, "i")],
    input_layers: [["i", 0, 0]],
    output_layers: [[inner, 0, 0]],
  },
  inbound_nodes: [[[from, node, 0, {}]]],
});

/** A functional model around a nested one of one layer, and a layer after it. */
const nested = (inner: string, outer: string) => ({
  name: "m",
  layers: [input("x"), block("base", inner, "x"), dense(outer, "base", 1)],
  input_layers: [["x", 0, 0]],
  output_layers: [[outer, 0, 0]],
});

/** Doubles the first number. */
const FIRST = [2, 0, 0, 1];
const SWAP = [0, 1, 1, 0];
const kernel = (name: string, values: number[]): WeightOfFile => [name, [2, 2], values];

const load = (inner: string, outer: string, weights: readonly WeightOfFile[]) =>
  ofKeras({ className: "Functional", config: nested(inner, outer), weights });
const x = () => tf.tensor([[1, 10]]);
// [1, 10] -> [2, 10] -> [10, 2]; in the other order [10, 1] -> [20, 1].
const RIGHT = [10, 2];

describe("weights are assigned by their paths:", () => {
  test("a nested layer and an outer one of the same name and shape", async () => {
    const same = await loadModel(tf, published("k2_nested_same_name"));
    const unique = await loadModel(tf, published("k2_nested_unique"));
    const vector = tf.tensor([[0.1, -0.2, 0.3, 0.4]]);
    expectClose(await outputOf(same, vector), await outputOf(unique, vector));
  });

  test.each([
    ["base/dense/kernel", "dense/kernel"],
    ["m/base/dense/kernel", "m/dense/kernel"],
    ["base/dense/vars/0", "dense/vars/0"],
    // Keras 3: the nested model is functional, the outer one is not.
    ["dense/kernel", "m/dense/kernel"],
  ])("%s is the nested one beside %s, in either order", async (inner, outer) => {
    const weights = [kernel(inner, FIRST), kernel(outer, SWAP)];
    for (const inFile of [weights, weights.toReversed()]) {
      expect(await outputOf(await load("dense", "dense", inFile), x())).toEqual(RIGHT);
    }
  });

  test("many nested layers of one name, in a file of the opposite order", async () => {
    const blocks = Array.from({ length: 15 }, (_, index) => `block_${index}`);
    const layers = blocks.map((name, index) =>
      block(name, "dense", blocks[index - 1] ?? "x", index === 0 ? 0 : 1),
    );
    const config = {
      name: "m",
      layers: [input("x"), ...layers],
      input_layers: [["x", 0, 0]],
      output_layers: [[blocks.at(-1), 1, 0]],
    };
    const weights = blocks.map((name, index) => kernel(`${name}/dense/kernel`, [index, 0, 0, 1]));
    const model = await ofKeras({
      className: "Functional",
      config,
      weights: weights.toReversed(),
    });
    const found = blocks.map((name) => model.getLayer(name).getWeights()[0]?.dataSync()[0]);
    expect(found).toEqual(blocks.map((_, index) => index));
  });

  test("a model without layers is refused", async () => {
    const empty = await ofKeras({ config: { name: "s", layers: [] } });
    expect(() => convert(empty)).toThrow('The model "s" has no layers.');
  });

  test("equal names in their order in the file", async () => {
    const weights = [kernel("dense/kernel", FIRST), kernel("dense/kernel", SWAP)];
    expect(await outputOf(await load("dense", "dense", weights), x())).toEqual(RIGHT);
  });

  test("a model of the name of its first layer", async () => {
    const model = await loadModel(tf, published("k3_model_named_as_layer_ba"));
    // In the file the second layer's weights come first.
    const bytes = await readFile(
      published("k3_model_named_as_layer_ba").replace("model.json", "group1-shard1of1.bin"),
    );
    const values = new Float32Array(new Uint8Array(bytes).buffer);
    const kernelOf = (name: string) => model.getLayer(name).getWeights()[0]?.dataSync();
    expect(kernelOf("dense_1")).toEqual(values.slice(0, 16));
    expect(kernelOf("dense")).toEqual(values.slice(20, 36));
  });

  test("a name that fits two layers equally well is refused, and both assignments are named", async () => {
    const weights = [kernel("other/dense/kernel", FIRST), kernel("third/dense/kernel", SWAP)];
    await expect(load("dense", "dense", weights)).rejects.toThrow(
      /two ways: "m\/base\/dense\/kernel" may be the weight "other\/dense\/kernel" or "third\/dense\/kernel"/,
    );
  });

  test("a weight that is left over is refused", async () => {
    const weights = [kernel("base/dense/kernel", FIRST), kernel("dense/kernel", SWAP)];
    const more = [...weights, kernel("stray/kernel", SWAP)];
    await expect(load("dense", "dense", more)).rejects.toThrow(/no layer has a place for: stray/);
  });

  test("a missing weight is refused with the names that are there", async () => {
    const weights = [kernel("base/dense/kernel", FIRST), kernel("outer/kernal", SWAP)];
    await expect(load("dense", "outer", weights)).rejects.toThrow(
      /no weight of shape \[2,2\] for "outer\/kernel" \(Dense\): it has outer\/kernal \[2,2\], base\/dense\/kernel \[2,2\]/,
    );
  });
});

describe("damaged weights", () => {
  test("that are NaN are refused", async () => {
    const weights = [
      kernel("base/dense/kernel", [1, Number.NaN, 0, 1]),
      kernel("dense/kernel", SWAP),
    ];
    await expect(load("dense", "dense", weights)).rejects.toThrow(
      /"base\/dense\/kernel" of .* holds NaN/,
    );
  });

  test("whose bytes are swapped are refused", async () => {
    const folder = temporaryFolder();
    const path = await saveModel(chain([8], tf.layers.dense({ units: 16 })), folder);
    const file = `${folder}/weights.bin`;
    await writeFile(file, (await readFile(file)).swap32());
    await expect(loadModel(tf, path)).rejects.toThrow(/bytes were in the wrong order/);
  });
});
