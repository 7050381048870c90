import type { Json } from "../json.ts";

type Check = (config: Json) => boolean;

const oneEach = (value: unknown) => [value].flat().every((item) => item === 1 || item == null);

/** Options of Keras that tfjs does not read, by class, and when they would change the numbers. */
const ignoredByTfjs: readonly { classes: RegExp; option: string; matters: Check }[] = [
  {
    classes: /^(Conv[123]D|Conv[123]DTranspose)$/,
    option: "groups",
    matters: (c) => !oneEach(c.groups),
  },
  { classes: /Transpose$/, option: "output_padding", matters: (c) => c.output_padding != null },
  {
    classes: /Transpose$|^DepthwiseConv2D$/,
    option: "dilation_rate",
    matters: (c) => !oneEach(c.dilation_rate),
  },
  {
    classes: /^ReLU$/,
    option: "negative_slope",
    matters: (c) => Number(c.negative_slope ?? 0) !== 0,
  },
  { classes: /^ReLU$/, option: "threshold", matters: (c) => Number(c.threshold ?? 0) !== 0 },
  {
    classes: /^LayerNormalization$/,
    option: "rms_scaling",
    matters: (c) => c.rms_scaling === true,
  },
  {
    classes: /^(RNN|LSTM|GRU|SimpleRNN|ConvLSTM2D)$/,
    option: "time_major",
    matters: (c) => c.time_major === true,
  },
];

/** The options of a layer that tfjs would leave out, with another result. */
export function ignoredOptions(className: string, config: Json): string[] {
  return ignoredByTfjs
    .filter(({ classes, matters }) => classes.test(className) && matters(config))
    .map(({ option }) => option);
}
