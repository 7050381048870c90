import type { LayersModel } from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { type Pass, passesFor } from "../../../convert/passes/index.ts";
import { tf } from "../../support/tensorflow.ts";
import { chain, type Symbolic, scramble, tolerance } from "../support.ts";
import { errorAfter } from "./support.ts";

const conv = (name: string, strides = 1) =>
  tf.layers.conv2d({ filters: 4, kernelSize: 3, strides, padding: "same", name });

/** An image that is normalized, clipped, padded, pooled, enlarged and flattened. */
function image(): LayersModel {
  return chain(
    [8, 8, 3],
    [
      tf.layers.rescaling({ scale: 1 / 127.5, offset: -1 }),
      conv("first"),
      tf.layers.batchNormalization(),
      tf.layers.reLU({ maxValue: 6 }),
      tf.layers.zeroPadding2d(),
      tf.layers.conv2d({ filters: 4, kernelSize: 1, name: "point" }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 6, activation: "softmax" }),
    ],
  );
}

/** Branches of an image of any size, one with strides, joined and gated. */
function branches(): LayersModel {
  const x = tf.input({ shape: [null, null, 3] });
  const y = conv("stem").apply(x) as Symbolic;
  const sum = tf.layers.add().apply([y, conv("side").apply(y) as Symbolic]) as Symbolic;
  const joined = tf.layers.concatenate().apply([sum, y]) as Symbolic;
  const skipping = conv("skipping", 5).apply(joined) as Symbolic;
  const pooled = tf.layers.globalMaxPooling2d({} as never).apply(skipping) as Symbolic;
  return scramble(tf.model({ inputs: x, outputs: [sum, pooled] }));
}

/** Masked words, read in both directions, with a cell that needs a `Scan`. */
function words(): LayersModel {
  return chain(
    [null],
    [
      tf.layers.embedding({ inputDim: 40, outputDim: 32, maskZero: true }),
      tf.layers.bidirectional({
        layer: tf.layers.lstm({ units: 16, returnSequences: true }),
        mergeMode: "concat",
      } as never),
      tf.layers.gru({ units: 8, activation: "selu" }),
      tf.layers.dense({ units: 40 }),
    ],
    "int32",
  );
}

/** One matrix used three times, once transposed. */
function tied(): LayersModel {
  const x = tf.input({ shape: [32] });
  const dense = () => tf.layers.dense({ units: 32, useBias: false });
  const [one, other, turned] = [dense(), dense(), dense()] as const;
  const outputs = [one, other, turned].map((layer) => layer.apply(x) as Symbolic);
  const model = scramble(tf.model({ inputs: x, outputs }));
  const [kernel] = one.getWeights();
  if (kernel === undefined) throw new Error("a dense layer has a kernel");
  other.setWeights([kernel]);
  turned.setWeights([tf.transpose(kernel)]);
  return model;
}

const networks = { image, branches, words, tied };
const all: readonly Pass[] = [
  ...new Set((["fp32", "fp16", "int8"] as const).flatMap((weights) => passesFor({ weights }))),
];
const rounding = new Set(["quantizeWeights", "halveWeights"]);

describe.each(Object.entries(networks))("of %s", (_, make) => {
  test("the literal graph is right before any pass", async () => {
    expect(await errorAfter(make(), [])).toBeLessThanOrEqual(tolerance);
  });

  test.each(all.map((pass) => [pass.name, pass] as const))(
    "%s alone keeps the numbers",
    async (name, pass) => {
      const error = await errorAfter(make(), [pass]);
      expect(error).toBeLessThanOrEqual(rounding.has(name) ? 0.1 : tolerance);
    },
  );

  test.each(all.map((pass) => [pass.name, pass] as const))(
    "%s can be left out",
    async (_, pass) => {
      const others = passesFor({ weights: "fp32" }).filter((other) => other !== pass);
      expect(await errorAfter(make(), others)).toBeLessThanOrEqual(tolerance);
    },
  );
});
