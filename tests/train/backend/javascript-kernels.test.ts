import type * as tfTypes from "@tensorflow/tfjs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registerJavaScriptKernels } from "../../../train/backend/javascript-kernels.ts";
import { tf } from "../../support/tensorflow.ts";
import { largestDifference, randomTensor } from "../support.ts";

const names = ["Conv2DBackpropFilter", "UnsortedSegmentSum", "SplitV"];
const stock = names.map((name) => tf.getKernel(name, "cpu"));
const before = tf.getBackend();

beforeAll(async () => {
  // Its only effect is to hide the advice to install the native library.
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

afterAll(async () => {
  await tf.setBackend(before);
});

/** Computes a tensor with the stock kernels and with the replaced ones. */
function withBoth(compute: () => tfTypes.Tensor): [stock: tfTypes.Tensor, ours: tfTypes.Tensor] {
  for (const kernel of stock) {
    tf.unregisterKernel(kernel.kernelName, "cpu");
    tf.registerKernel(kernel);
  }
  const expected = compute();
  registerJavaScriptKernels(tf);
  return [expected, compute()];
}

const side = fc.integer({ min: 3, max: 9 });
const convolutions = fc.record({
  height: side,
  width: side,
  channels: fc.integer({ min: 1, max: 4 }),
  filters: fc.integer({ min: 1, max: 5 }),
  kernel: fc.constantFrom<[number, number]>([1, 1], [3, 3], [2, 3], [3, 1]),
  strides: fc.constantFrom<[number, number]>([1, 1], [2, 2], [1, 2], [3, 3]),
  pad: fc.constantFrom("same" as const, "valid" as const),
});

describe("the pure-JavaScript kernels for training", () => {
  test("compute the gradient of a convolution by its filter", () => {
    fc.assert(
      fc.property(convolutions, ({ height, width, channels, filters, kernel, strides, pad }) => {
        const x = randomTensor([2, height, width, channels], "x").relu() as tfTypes.Tensor4D;
        const filter = randomTensor([...kernel, channels, filters], "filter") as tfTypes.Tensor4D;
        const [expected, ours] = withBoth(() => {
          const loss = (w: tfTypes.Tensor) =>
            tf.sum(tf.square(tf.conv2d(x, w as tfTypes.Tensor4D, strides, pad)));
          return tf.grad(loss)(filter);
        });
        expect(largestDifference(expected, ours)).toBeLessThan(1e-4);
      }),
      { numRuns: 60 },
    );
  });

  test("sum rows by segments, and leave out rows without a segment", () => {
    const rows = randomTensor([6, 2, 3], "rows");
    const ids = tf.tensor1d([3, 0, 3, -1, 9, 1], "int32");
    const [expected, ours] = withBoth(() => tf.unsortedSegmentSum(rows, ids, 5));
    expect(largestDifference(expected, ours)).toBeLessThan(1e-6);
  });

  test("compute the gradient of a gather, also where a row is gathered twice", () => {
    const table = randomTensor([7, 4], "table");
    const weights = randomTensor([5, 4], "weights");
    const indices = tf.tensor1d([6, 2, 2, 0, 6], "int32");
    const [expected, ours] = withBoth(() =>
      tf.grad((x) => tf.sum(tf.mul(tf.gather(x, indices), weights)))(table),
    );
    expect(largestDifference(expected, ours)).toBeLessThan(1e-6);
  });

  test.each([
    [[4, 6], 3, 1],
    [[4, 6], [1, 5], -1],
    [[6, 2, 3], 2, 0],
    [[2, 5, 3], [1, 0, 4], 1],
  ])("split a tensor of shape %j into %j along axis %d", (shape, pieces, axis) => {
    const x = randomTensor(shape, "x");
    const [expected, ours] = withBoth(() =>
      // A different factor for each piece shows if two are swapped.
      tf.concat(
        tf.split(x, pieces, axis).map((piece, index) => piece.mul(index + 1)),
        axis,
      ),
    );
    expect(largestDifference(expected, ours)).toBe(0);
  });
});
