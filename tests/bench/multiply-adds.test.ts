import { describe, expect, test } from "vitest";
import { multiplyAdds } from "../../bench/counts/multiply-adds.ts";
import { convert } from "../../convert/index.ts";
import { readOnnx } from "../../onnx/index.ts";
import { chain } from "../convert/support.ts";
import { tf } from "../support/tensorflow.ts";

const counted = (...model: Parameters<typeof chain>) =>
  multiplyAdds(readOnnx(convert(chain(...model)).model));

describe("multiply-adds", () => {
  test.each([
    // Each of 5 x 4 x 7 outputs is a sum over 3 x 3 pixels of 2 channels.
    [
      "a convolution",
      [5, 4, 2],
      tf.layers.conv2d({ filters: 7, kernelSize: 3, padding: "same" }),
      5 * 4 * 7 * 3 * 3 * 2,
    ],
    [
      "a convolution with strides",
      [8, 8, 2],
      tf.layers.conv2d({ filters: 7, kernelSize: 2, strides: 2 }),
      4 * 4 * 7 * 2 * 2 * 2,
    ],
    [
      "a depthwise convolution",
      [5, 4, 6],
      tf.layers.depthwiseConv2d({ kernelSize: 3, padding: "same" }),
      5 * 4 * 6 * 3 * 3,
    ],
    ["a dense layer", [11], tf.layers.dense({ units: 13 }), 11 * 13],
    ["a dense layer over rows", [3, 11], tf.layers.dense({ units: 13 }), 3 * 11 * 13],
    [
      "an LSTM of six steps",
      [6, 5],
      tf.layers.lstm({ units: 4, recurrentActivation: "sigmoid" }),
      6 * 4 * 4 * (5 + 4),
    ],
    ["an activation", [5, 4, 2], tf.layers.reLU(), 0],
  ])("of %s", (_, shape, layer, expected) => {
    expect(counted(shape, layer)).toBe(expected);
  });
});
