import type * as tfTypes from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { drawKey } from "../../../core/random-draws.ts";
import { nativeOperations, useNativeOperations } from "../../../train/backend/native-operations.ts";
import { portableOperations } from "../../../train/backend/operations.ts";
import { nativeTest, tf } from "../../support/tensorflow.ts";
import { largestDifference, operations, randomTensor } from "../support.ts";

const labels = [2, 0, 4, 4, 1, 3];
const classes = 5;

/** The smoothed cross-entropy by its definition, in double precision. */
function definition(logits: readonly number[][], smoothing: number): number[] {
  return logits.map((row, index) => {
    const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
    return row.reduce((loss, logit, label) => {
      const target = (label === labels[index] ? 1 - smoothing : 0) + smoothing / classes;
      return loss - target * (logit - Math.log(sum));
    }, 0);
  });
}

function lossAndGradient(own: ReturnType<typeof operations>, smoothing: number) {
  const logits = randomTensor([labels.length, classes], "logits", 4) as tfTypes.Tensor2D;
  const weights = randomTensor([labels.length], "weights");
  const entropy = (x: tfTypes.Tensor) =>
    own.crossEntropy(x as tfTypes.Tensor2D, tf.tensor1d(labels, "int32"), smoothing);
  // Weighted, so that the gradient that comes from above matters.
  const gradient = tf.grad((x) => tf.sum(tf.mul(entropy(x), weights)));
  return { logits, loss: entropy(logits), gradient: gradient(logits) };
}

describe.each([0, 0.1, 0.7])("cross-entropy smoothed by %d", (smoothing) => {
  test("has the value of its definition", () => {
    const { logits, loss } = lossAndGradient(operations(), smoothing);
    const expected = definition(logits.arraySync() as number[][], smoothing);
    for (const [index, value] of [...loss.dataSync()].entries()) {
      expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 5);
    }
  });

  nativeTest("has the same value and gradient by the native library as by stock operations", () => {
    const natively = lossAndGradient(nativeOperations(tf), smoothing);
    const portably = lossAndGradient(portableOperations(tf), smoothing);
    expect(largestDifference(natively.loss, portably.loss)).toBeLessThan(1e-5);
    expect(largestDifference(natively.gradient, portably.gradient)).toBeLessThan(1e-6);
  });
});

describe("stateless uniform draws", () => {
  const draw = (key: number, shape = [40, 50]) => operations().uniform(shape, key);

  test("are the same for the same key, and different for another", () => {
    const key = drawKey(1, "fine-tune", 2, 3);
    expect(largestDifference(draw(key), draw(key))).toBe(0);
    expect(largestDifference(draw(key), draw(drawKey(1, "fine-tune", 2, 4)))).toBeGreaterThan(0.5);
  });

  test("do not depend on earlier draws", () => {
    const first = draw(7).dataSync();
    draw(8);
    expect(draw(7).dataSync()).toEqual(first);
  });

  test("lie in [0, 1), evenly, for keys of all 32 bits", () => {
    for (const key of [0, 1, 2 ** 31, 2 ** 32 - 1]) {
      const values = draw(key, [100, 100]).dataSync();
      const bins = new Array<number>(10).fill(0);
      for (const value of values) {
        const bin = Math.floor(value * 10);
        bins[bin] = (bins[bin] ?? 0) + 1;
      }
      expect(bins).toHaveLength(10);
      // Chi-square with 9 degrees of freedom is below 27.9 with probability 0.999.
      expect(bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(27.9);
    }
  });
});

describe("native gradients", () => {
  const functions: [name: string, (x: tfTypes.Tensor) => tfTypes.Tensor][] = [
    ["ReLU", (x) => tf.relu(x)],
    ["ReLU6", (x) => tf.relu6(x)],
    ["ReLU6 by clipping", (x) => tf.clipByValue(x, 0, 6)],
    ["ReLU6 as stock layers compute it", (x) => tf.clipByValue(tf.relu(x), 0, 6)],
    ["another clipping", (x) => tf.clipByValue(x, -2, 3)],
    ["a clipping from zero", (x) => tf.clipByValue(x, 0, 5)],
    ["tanh", (x) => tf.tanh(x)],
    ["sigmoid", (x) => tf.sigmoid(x)],
  ];

  nativeTest("equal the stock ones", () => {
    const x = randomTensor([7, 11], "x", 9);
    const weights = randomTensor([7, 11], "weights");
    const gradients = () =>
      functions.map(([, f]) => tf.grad((input) => tf.sum(tf.mul(f(input), weights)))(x));
    useNativeOperations(tf);
    const ours = gradients();
    for (const gradient of stockGradients) {
      tf.unregisterGradient(gradient.kernelName);
      tf.registerGradient(gradient);
    }
    const stock = gradients();
    for (const [index, [name]] of functions.entries()) {
      const pair = [ours[index], stock[index]] as [tfTypes.Tensor, tfTypes.Tensor];
      expect(largestDifference(...pair), name).toBeLessThan(1e-6);
    }
  });

  /** Read before any test registers others. */
  const stockGradients = ["Relu", "Relu6", "ClipByValue", "Tanh", "Sigmoid"].map((kernel) =>
    tf.getGradient(kernel),
  );
});
