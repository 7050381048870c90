import { describe, expect, test } from "vitest";
import { ignoredOptions } from "../../convert/load/keras/ignored.ts";

const lstm = { name: "forward_lstm", units: 4, activation: "tanh", go_backwards: false };
const backwards = { ...lstm, name: "backward_lstm", go_backwards: true };
const both = (layer: object, backward: object) => ({
  layer: { class_name: "LSTM", config: layer },
  backward_layer: { class_name: "LSTM", config: backward },
});

describe("an option of Keras that TensorFlow.js does not read", () => {
  test.each([
    ["Conv2D", { groups: 2 }, "groups"],
    ["Conv2DTranspose", { output_padding: [1, 1] }, "output_padding"],
    ["Conv2DTranspose", { dilation_rate: [2, 2] }, "dilation_rate"],
    ["ReLU", { negative_slope: 0.1 }, "negative_slope"],
    ["ReLU", { threshold: 1 }, "threshold"],
    ["LayerNormalization", { rms_scaling: true }, "rms_scaling"],
    ["MaxPooling1D", { data_format: "channels_first" }, "data_format"],
    ["GlobalAveragePooling1D", { data_format: "channels_first" }, "data_format"],
    ["Resizing", { data_format: "channels_first" }, "data_format"],
    ["Resizing", { pad_to_aspect_ratio: true }, "pad_to_aspect_ratio"],
    ["LSTM", { time_major: true }, "time_major"],
    ["GRU", { zero_output_for_mask: true }, "zero_output_for_mask"],
    ["Bidirectional", both(lstm, { ...backwards, activation: "relu" }), "backward_layer"],
    ["Bidirectional", both(lstm, lstm), "backward_layer"],
  ])("is refused where it changes the results: %s %j", (className, config, option) => {
    expect(ignoredOptions(className, config)).toEqual([option]);
  });

  test.each([
    ["Conv2D", { groups: 1, dilation_rate: [2, 2], data_format: "channels_first" }],
    ["Conv2DTranspose", { output_padding: null, dilation_rate: [1, 1] }],
    ["ReLU", { negative_slope: 0, threshold: 0, max_value: 6 }],
    ["MaxPooling1D", { data_format: "channels_last" }],
    ["MaxPooling2D", { data_format: "channels_first" }],
    ["LSTM", { zero_output_for_mask: false, time_major: false }],
    ["Bidirectional", both(lstm, backwards)],
    ["Bidirectional", { layer: both(lstm, lstm).layer }],
  ])("is accepted where it does not: %s %j", (className, config) => {
    expect(ignoredOptions(className, config)).toEqual([]);
  });
});
