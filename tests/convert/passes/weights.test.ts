import { describe, expect, test } from "vitest";
import { halveWeights } from "../../../convert/passes/half-precision.ts";
import { quantizeWeights } from "../../../convert/passes/quantization.ts";
import { shareConstants } from "../../../convert/passes/sharing.ts";
import { splitLargeConstants } from "../../../convert/passes/splitting.ts";
import { halfToNumber } from "../../../onnx/index.ts";
import { tf } from "../../support/tensorflow.ts";
import { chain, type Symbolic, scramble } from "../support.ts";
import { constants, counts, graphAfter } from "./support.ts";

const dense = (units: number, name: string) => tf.layers.dense({ units, name, useBias: false });

/** Two layers with one input; the second has the kernel of the first, or its transpose. */
function pair(units: number, turned: boolean) {
  const x = tf.input({ shape: [units] });
  const [one, other] = [dense(units, "one"), dense(units, "other")];
  const outputs = [one, other].map((layer) => layer.apply(x) as Symbolic);
  const model = scramble(tf.model({ inputs: x, outputs }));
  const [kernel] = one.getWeights();
  if (kernel === undefined) throw new Error("a dense layer has a kernel");
  other.setWeights([turned ? tf.transpose(kernel) : kernel]);
  return model;
}

describe("sharing", () => {
  test("keeps one of two equal tensors, and records the other's name", () => {
    const graph = graphAfter(pair(4, false), [shareConstants]);
    expect([...constants(graph).keys()]).toEqual(["one/kernel"]);
    expect(graph.shared).toEqual([{ name: "other/kernel", of: "one/kernel", transposed: false }]);
  });

  test("reads a transposed matrix through the other one", () => {
    const graph = graphAfter(pair(32, true), [shareConstants]);
    expect([...constants(graph).keys()]).toEqual(["one/kernel"]);
    expect(graph.shared).toEqual([{ name: "other/kernel", of: "one/kernel", transposed: true }]);
    const gemm = graph.nodes.find(({ op }) => op === "Gemm");
    expect(gemm?.attributes).toMatchObject({ transB: 1 });
  });

  test("keeps small transposed matrices and nearly equal ones", () => {
    expect(constants(graphAfter(pair(4, true), [shareConstants])).size).toBe(2);
    const model = pair(32, false);
    const [kernel] = model.getLayer("other").getWeights();
    if (kernel === undefined) throw new Error("a dense layer has a kernel");
    model.getLayer("other").setWeights([tf.add(kernel, 1e-7)]);
    expect(constants(graphAfter(model, [shareConstants])).size).toBe(2);
  });
});

describe("half precision", () => {
  test("casts each weight where it is read", () => {
    const graph = graphAfter(chain([16], dense(8, "wide")), [halveWeights]);
    expect(constants(graph).get("wide/kernel")).toMatchObject({ type: "float16", shape: [16, 8] });
    expect(counts(graph)).toMatchObject({ Cast: 1, MatMul: 1 });
  });

  test("is the nearest number", () => {
    const model = chain([16], dense(8, "wide"));
    const exact = constants(graphAfter(model, [])).get("wide/kernel")?.data as Float32Array;
    const half = constants(graphAfter(model, [halveWeights])).get("wide/kernel")?.data;
    const apart = Array.from(half as Uint16Array, (bits, index) => {
      const value = exact[index] ?? 0;
      return Math.abs(halfToNumber(bits) - value) / Math.abs(value);
    });
    expect(Math.max(...apart)).toBeLessThanOrEqual(2 ** -11);
  });

  test("skips tensors with too large numbers, and small ones", () => {
    const model = chain([16], dense(8, "wide"));
    model.getLayer("wide").setWeights([tf.fill([16, 8], 70_000)]);
    expect(constants(graphAfter(model, [halveWeights])).get("wide/kernel")?.type).toBe("float32");
    const small = graphAfter(chain([2], dense(3, "small")), [halveWeights]);
    expect(constants(small).get("small/kernel")?.type).toBe("float32");
  });
});

describe("quantization", () => {
  test("scales each column by its largest number, symmetrically", () => {
    const model = chain([32], dense(32, "wide"));
    const exact = constants(graphAfter(model, [])).get("wide/kernel")?.data as Float32Array;
    const found = constants(graphAfter(model, [quantizeWeights]));
    const bytes = found.get("wide/kernel")?.data as Int8Array;
    const scales = found.get("wide/kernel_scale")?.data as Float32Array;
    for (const column of [0, 17, 31]) {
      const values = Array.from({ length: 32 }, (_, row) => exact[32 * row + column] ?? 0);
      const largest = Math.max(...values.map(Math.abs));
      expect(scales[column]).toBeCloseTo(largest / 127, 7);
      const stored = Array.from({ length: 32 }, (_, row) => bytes[32 * row + column] ?? 0);
      expect(Math.max(...stored.map(Math.abs))).toBe(127);
      const apart = values.map((value, row) =>
        Math.abs(value - (stored[row] ?? 0) * (scales[column] ?? 0)),
      );
      expect(Math.max(...apart)).toBeLessThanOrEqual((scales[column] ?? 0) / 2 + 1e-7);
    }
  });

  test("keeps convolutions and small matrices", () => {
    const layers = [
      tf.layers.conv2d({ filters: 16, kernelSize: 3 }),
      tf.layers.flatten(),
      dense(2, "small"),
    ];
    const graph = graphAfter(chain([5, 5, 16], layers), [quantizeWeights]);
    expect([...constants(graph).values()].some(({ type }) => type === "int8")).toBe(false);
  });
});

describe("splitting", () => {
  test("splits a tensor larger than a file into rows, and joins them", () => {
    const graph = graphAfter(chain([10], dense(4, "wide")), []);
    splitLargeConstants(graph, 3 * 4 * 4);
    const rows = [...constants(graph)].map(([name, { shape }]) => [name, shape[0]]);
    expect(rows).toEqual([
      ["wide/kernel_rows_0", 3],
      ["wide/kernel_rows_3", 3],
      ["wide/kernel_rows_6", 3],
      ["wide/kernel_rows_9", 1],
    ]);
    expect(counts(graph).Concat).toBe(1);
  });

  test("keeps a tensor whose rows are larger than a file", () => {
    const graph = graphAfter(chain([10], dense(4, "wide")), []);
    splitLargeConstants(graph, 8);
    expect([...constants(graph).keys()]).toEqual(["wide/kernel"]);
  });
});
