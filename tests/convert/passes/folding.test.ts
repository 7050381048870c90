import { describe, expect, test } from "vitest";
import { foldBatchNormalization } from "../../../convert/passes/batch-normalization.ts";
import { foldConstants } from "../../../convert/passes/constants.ts";
import { removeIdentities } from "../../../convert/passes/identities.ts";
import { hoistTransposes } from "../../../convert/passes/layout/hoist.ts";
import { moveTransposes } from "../../../convert/passes/layout/index.ts";
import { foldPadding } from "../../../convert/passes/padding.ts";
import { keepPooledPadding } from "../../../convert/passes/pooled-padding.ts";
import { tf } from "../../support/tensorflow.ts";
import { chain, type Symbolic, scramble } from "../support.ts";
import { constants, counts, graphAfter, order } from "./support.ts";

describe("constants", () => {
  test("between constants are computed", () => {
    const gru = tf.layers.gru({ units: 3, activation: "selu" });
    const literal = counts(graphAfter(chain([5, 4], gru), []));
    const folded = counts(graphAfter(chain([5, 4], gru), [foldConstants]));
    // The gates of the recurrent matrix, and of the bias.
    expect((literal.Split ?? 0) - (folded.Split ?? 0)).toBeGreaterThan(0);
    const graph = graphAfter(chain([5, 4], gru), [foldConstants]);
    const [scan] = graph.nodes.filter(({ op }) => op === "Scan");
    expect(scan).toBeDefined();
  });
});

describe("batch normalization", () => {
  const normalization = () => tf.layers.batchNormalization({ name: "norm", epsilon: 0.001 });

  test("becomes the kernel's scale and a bias, by the formula", () => {
    const layer = tf.layers.conv2d({ filters: 1, kernelSize: 1, useBias: true, name: "conv" });
    const input = tf.input({ shape: [2, 2, 1] });
    const y = normalization().apply(layer.apply(input) as Symbolic) as Symbolic;
    const model = tf.model({ inputs: input, outputs: y });
    const [kernel, bias, gamma, beta, mean, variance] = [3, 5, 2, 7, 4, 8.999];
    model.getLayer("conv").setWeights([tf.tensor([kernel], [1, 1, 1, 1]), tf.tensor([bias])]);
    model
      .getLayer("norm")
      .setWeights([gamma, beta, mean, variance].map((value) => tf.tensor([value])));
    const graph = graphAfter(model, [moveTransposes, foldBatchNormalization]);
    expect(counts(graph)).not.toHaveProperty("BatchNormalization");
    const scale = gamma / Math.sqrt(variance + 0.001);
    const values = [...constants(graph).values()].map(({ data }) => Number(data[0]));
    expect(values[0]).toBeCloseTo(kernel * scale, 5);
    expect(values[1]).toBeCloseTo((bias - mean) * scale + beta, 5);
  });

  test("stays where something else reads what it normalizes", () => {
    const x = tf.input({ shape: [4, 4, 2] });
    const y = tf.layers.conv2d({ filters: 2, kernelSize: 1 }).apply(x) as Symbolic;
    const model = scramble(
      tf.model({ inputs: x, outputs: [y, normalization().apply(y) as Symbolic] }),
    );
    const graph = graphAfter(model, [moveTransposes, foldBatchNormalization]);
    expect(counts(graph).BatchNormalization).toBe(1);
  });

  test("stays after anything but a convolution", () => {
    const graph = graphAfter(chain([4, 4, 2], normalization()), [foldBatchNormalization]);
    expect(counts(graph).BatchNormalization).toBe(1);
  });
});

describe("padding", () => {
  const passes = [moveTransposes, hoistTransposes, foldPadding];
  const padding = [
    [1, 2],
    [0, 3],
  ] as [[number, number], [number, number]];

  test("with zeros becomes the convolution's own", () => {
    const conv = tf.layers.conv2d({ filters: 2, kernelSize: 3 });
    const graph = graphAfter(
      chain([8, 8, 3], [tf.layers.zeroPadding2d({ padding }), conv]),
      passes,
    );
    expect(counts(graph)).not.toHaveProperty("Pad");
    expect(graph.nodes.find(({ op }) => op === "Conv")?.attributes.pads).toEqual([1, 0, 2, 3]);
  });

  test("is added to the padding of the convolution", () => {
    const conv = tf.layers.conv2d({ filters: 2, kernelSize: 3, padding: "same" });
    const graph = graphAfter(
      chain([8, 8, 3], [tf.layers.zeroPadding2d({ padding }), conv]),
      passes,
    );
    expect(graph.nodes.find(({ op }) => op === "Conv")?.attributes.pads).toEqual([2, 1, 3, 4]);
  });

  test("before pooling counts, unlike the pooling's own", () => {
    const pool = tf.layers.maxPooling2d({ poolSize: 2 });
    const model = chain([8, 8, 3], [tf.layers.zeroPadding2d({ padding }), pool]);
    const graph = graphAfter(model, [...passes, keepPooledPadding]);
    const pad = graph.nodes.find(({ op }) => op === "Pad");
    const [zero] = [...constants({ ...graph, nodes: pad ? [pad] : [] }).values()].slice(-1);
    expect(Object.is(zero?.data[0], -0)).toBe(true);
  });
});

describe("identities", () => {
  test("vanish, and the outputs keep their names", () => {
    const layers = [tf.layers.dropout({ rate: 0.5 }), tf.layers.dense({ units: 2, name: "head" })];
    const literal = graphAfter(chain([4], layers), []);
    const graph = graphAfter(chain([4], layers), [removeIdentities]);
    expect(order(literal)).toContain("Identity");
    expect(order(graph)).toEqual(["MatMul", "Add"]);
    expect(graph.outputs.map(({ name }) => name)).toEqual(["head"]);
  });

  test("remain where an output is an input", () => {
    const model = chain([4], tf.layers.dropout({ rate: 0.5, name: "nothing" }));
    const graph = graphAfter(model, [removeIdentities]);
    expect(order(graph)).toEqual(["Identity"]);
    expect(graph.outputs.map(({ name }) => name)).toEqual(["nothing"]);
  });
});
