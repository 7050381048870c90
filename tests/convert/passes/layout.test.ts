import { describe, expect, test } from "vitest";
import { absorbTransposes } from "../../../convert/passes/layout/absorb.ts";
import { hoistTransposes } from "../../../convert/passes/layout/hoist.ts";
import { moveTransposes } from "../../../convert/passes/layout/index.ts";
import { tf } from "../../support/tensorflow.ts";
import { chain, tolerance } from "../support.ts";
import { constants, counts, errorAfter, graphAfter, order } from "./support.ts";

const conv = () => tf.layers.conv2d({ filters: 4, kernelSize: 3, padding: "same", useBias: false });

/** Another pass gives outputs their names by an Identity. */
const essential = (graph: Parameters<typeof order>[0]) =>
  order(graph).filter((op) => op !== "Identity");

describe("moving transposes", () => {
  const twice = () => chain([8, 8, 3], [conv(), tf.layers.reLU(), conv()]);

  test("removes those between two convolutions", () => {
    const before = order(graphAfter(twice(), []));
    expect(before.filter((op) => op === "Transpose")).toHaveLength(4);
    const after = graphAfter(twice(), [moveTransposes]);
    expect(essential(after)).toEqual(["Transpose", "Conv", "Relu", "Conv", "Transpose"]);
  });

  test("adjusts the axis of an operation", async () => {
    const model = () =>
      chain([8, 8, 3], [conv(), tf.layers.activation({ activation: "softmax" }), conv()]);
    const graph = graphAfter(model(), [moveTransposes]);
    expect(counts(graph).Transpose).toBe(2);
    const softmax = graph.nodes.find(({ op }) => op === "Softmax");
    expect(softmax?.attributes.axis).toBe(1);
    expect(await errorAfter(model(), [moveTransposes])).toBeLessThanOrEqual(tolerance);
  });

  test("stops at operations that depend on the layout", () => {
    const model = chain([8, 8, 3], [conv(), tf.layers.reshape({ targetShape: [16, 16] })]);
    const graph = graphAfter(model, [moveTransposes]);
    expect(essential(graph)).toEqual(["Transpose", "Conv", "Transpose", "Reshape"]);
  });
});

describe("hoisting", () => {
  test("transposes an image before it is scaled", () => {
    const model = chain([8, 8, 3], [tf.layers.rescaling({ scale: 2, offset: 1 }), conv()]);
    const before = graphAfter(model, [moveTransposes]);
    expect(order(before).slice(0, 3)).toEqual(["Mul", "Add", "Transpose"]);
    const after = graphAfter(model, [moveTransposes, hoistTransposes]);
    expect(order(after).slice(0, 3)).toEqual(["Transpose", "Mul", "Add"]);
  });

  test("transposes padding with the image", async () => {
    const padding = [
      [1, 2],
      [3, 4],
    ] as [[number, number], [number, number]];
    const model = () => chain([8, 8, 3], [tf.layers.zeroPadding2d({ padding }), conv()]);
    const graph = graphAfter(model(), [hoistTransposes]);
    const pad = graph.nodes.find(({ op }) => op === "Pad");
    const pads = constants({ ...graph, nodes: pad ? [pad] : [] });
    expect([...pads.values()].map(({ data }) => Array.from(data, Number))).toEqual([
      [0, 0, 1, 3, 0, 0, 2, 4],
    ]);
    expect(await errorAfter(model(), [hoistTransposes])).toBeLessThanOrEqual(tolerance);
  });
});

describe("absorbing", () => {
  test("reorders the rows of a matrix after a flattening", async () => {
    const model = () =>
      chain([4, 4, 3], [conv(), tf.layers.flatten(), tf.layers.dense({ units: 2, name: "head" })]);
    const literal = constants(graphAfter(model(), [moveTransposes])).get("head/kernel");
    const absorbed = graphAfter(model(), [moveTransposes, absorbTransposes]);
    expect(counts(absorbed).Transpose).toBe(1);
    const kernel = constants(absorbed).get("head/kernel");
    // Row, column, channel before; channel, row, column after: row 1 becomes row 16.
    expect(kernel?.shape).toEqual([64, 2]);
    expect(kernel?.data.slice(2 * 16, 2 * 17)).toEqual(literal?.data.slice(2, 4));
    expect(await errorAfter(model(), [moveTransposes, absorbTransposes])).toBeLessThanOrEqual(
      tolerance,
    );
  });

  test("turns a transpose of axes of size 1 into a reshape", () => {
    const layers = [
      tf.layers.conv2d({ filters: 4, kernelSize: 8 }),
      tf.layers.reshape({ targetShape: [2, 2] }),
    ];
    const graph = graphAfter(chain([8, 8, 3], layers), [moveTransposes, absorbTransposes]);
    expect(essential(graph)).toEqual(["Transpose", "Conv", "Reshape", "Reshape"]);
  });
});
