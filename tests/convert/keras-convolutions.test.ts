import type { LayersModel } from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { tf } from "../support/tensorflow.ts";
import { expectClose, ofKeras as loadKeras, outputOf, valueAt } from "./keras-support.ts";
import { operations } from "./support.ts";

/** Loads a model of one layer.
 *
 * @param weights - shapes by name. */
function ofKeras(
  className: string,
  config: Record<string, unknown>,
  weights: Record<string, readonly number[]>,
): Promise<LayersModel> {
  const layers = [{ class_name: className, config: { name: "layer", ...config } }];
  return loadKeras({
    config: { name: "model", layers },
    weights: Object.entries(weights).map(([name, shape]) => [`layer/${name}`, shape] as const),
  });
}

describe("causal convolutions", () => {
  test.each([
    [3, 1, 1],
    [3, 2, 1],
    [2, 4, 1],
    [3, 1, 2],
  ])("of %i steps, every %i, by strides of %i see no later step", async (size, rate, stride) => {
    const [steps, channels, filters] = [9, 2, 3];
    const shape = { kernel_size: [size], dilation_rate: [rate], strides: [stride], filters };
    const config = { ...shape, padding: "causal", batch_input_shape: [null, null, channels] };
    const weights = { kernel: [size, channels, filters], bias: [filters] };
    const model = await ofKeras("Conv1D", config, weights);
    const x = tf.randomUniform([1, steps, channels], -1, 1, "float32", 3);
    const at = (step: number, channel: number) =>
      step < 0 ? 0 : Number(x.dataSync()[step * channels + channel]);
    const expected: number[] = [];
    for (let step = 0; step < steps; step += stride) {
      for (let filter = 0; filter < filters; filter += 1) {
        let sum = valueAt(filter);
        for (let k = 0; k < size; k += 1) {
          for (let channel = 0; channel < channels; channel += 1) {
            const weight = valueAt((k * channels + channel) * filters + filter);
            sum += weight * at(step - (size - 1 - k) * rate, channel);
          }
        }
        expected.push(sum);
      }
    }
    expectClose(await outputOf(model, x), expected);
    expect(operations(model)).not.toHaveProperty("Pad");
  });
});

describe("dilated depthwise convolutions", () => {
  test.each(["valid", "same"] as const)("with padding %s", async (padding) => {
    const [side, channels, rate] = [9, 2, 2];
    const shape = { kernel_size: [3, 3], dilation_rate: [rate, rate], strides: [1, 1], padding };
    const config = {
      ...shape,
      depth_multiplier: 1,
      batch_input_shape: [null, side, side, channels],
    };
    const weights = { depthwise_kernel: [3, 3, channels, 1], bias: [channels] };
    const model = await ofKeras("DepthwiseConv2D", config, weights);
    const x = tf.randomUniform([1, side, side, channels], -1, 1, "float32", 4);
    const at = (row: number, column: number, channel: number) =>
      row < 0 || column < 0 || row >= side || column >= side
        ? 0
        : Number(x.dataSync()[(row * side + column) * channels + channel]);
    const before = padding === "same" ? rate : 0;
    const outputs = padding === "same" ? side : side - 2 * rate;
    const expected: number[] = [];
    for (let row = 0; row < outputs; row += 1) {
      for (let column = 0; column < outputs; column += 1) {
        for (let channel = 0; channel < channels; channel += 1) {
          let sum = valueAt(channel);
          for (let k = 0; k < 9; k += 1) {
            const [down, right] = [Math.floor(k / 3) * rate - before, (k % 3) * rate - before];
            sum += valueAt(k * channels + channel) * at(row + down, column + right, channel);
          }
          expected.push(sum);
        }
      }
    }
    expect(model.outputs[0]?.shape).toEqual([null, outputs, outputs, channels]);
    expectClose(await outputOf(model, x), expected);
  });

  test("with the channels first, on images of any size", async () => {
    const shape = { kernel_size: [3, 3], dilation_rate: [2, 2], padding: "same" };
    const open = { data_format: "channels_first", batch_input_shape: [null, 2, null, null] };
    const weights = { depthwise_kernel: [3, 3, 2, 2], bias: [4] };
    const config = { ...shape, ...open, depth_multiplier: 2, activation: "relu" };
    const model = await ofKeras("DepthwiseConv2D", config, weights);
    const values = await outputOf(model, tf.randomUniform([1, 2, 7, 8], -1, 1, "float32", 5));
    expect(values).toHaveLength(4 * 7 * 8);
  });
});
