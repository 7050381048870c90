import { isRecord, type Json } from "../json.ts";

type Check = (config: Json) => boolean;

const oneEach = (value: unknown) => [value].flat().every((item) => item === 1 || item == null);

/** Options of Keras that tfjs does not read, by class, and whether they change the results. */
const ignoredByTfjs: readonly { classes: RegExp; option: string; matters: Check }[] = [
  {
    classes: /^(Conv[123]D|Conv[123]DTranspose)$/,
    option: "groups",
    matters: (c) => !oneEach(c.groups),
  },
  { classes: /Transpose$/, option: "output_padding", matters: changesOutputSize },
  {
    classes: /Transpose$/,
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
    classes: /^(Global)?(Max|Average)Pooling1D$|^(Resizing|CenterCrop)$/,
    option: "data_format",
    matters: (c) => c.data_format === "channels_first",
  },
  {
    classes: /^Resizing$/,
    option: "pad_to_aspect_ratio",
    matters: (c) => c.pad_to_aspect_ratio === true,
  },
  {
    classes: /^(RNN|LSTM|GRU|SimpleRNN|ConvLSTM2D)$/,
    option: "zero_output_for_mask",
    matters: (c) => c.zero_output_for_mask === true,
  },
  {
    classes: /^Bidirectional$/,
    option: "backward_layer",
    matters: (c) => isRecord(c.backward_layer) && !isMirrored(c.layer, c.backward_layer),
  },
  {
    classes: /^(RNN|LSTM|GRU|SimpleRNN|ConvLSTM2D)$/,
    option: "time_major",
    matters: (c) => c.time_major === true,
  },
];

/** Options that the classes registered for Keras' resizing ignore. */
const ignoredByHalfPixels: typeof ignoredByTfjs = ["crop_to_aspect_ratio", "antialias"].map(
  (option) => ({ classes: /^Resizing$/, option, matters: (c) => c[option] === true }),
);

/**
 * Returns the options of a layer that tfjs would ignore although they change the results.
 *
 * @param kerasResizing - whether images are resized as Keras does.
 */
export function ignoredOptions(className: string, config: Json, kerasResizing = false): string[] {
  return [...ignoredByTfjs, ...(kerasResizing ? ignoredByHalfPixels : [])]
    .filter(({ classes, matters }) => classes.test(className) && matters(config))
    .map(({ option }) => option);
}

/**
 * Returns whether an `output_padding` gives another output size than Keras' default, which tfjs always
 * uses: `size x stride` for `same`; for `valid` this or what the kernel reaches, if that is more.
 */
function changesOutputSize({ output_padding, kernel_size, strides, padding }: Json): boolean {
  if (output_padding == null) return false;
  const kernels = [kernel_size].flat().map(Number);
  return kernels.some((kernel, axis) => {
    const at = (value: unknown) => Number([value].flat()[axis] ?? [value].flat()[0]);
    const usual =
      padding === "valid" ? Math.max(0, at(strides) - kernel) : at(strides) - (kernel % 2);
    return at(output_padding) !== usual;
  });
}

/** Options that may differ between the two directions without changing the results. */
const INDIFFERENT_OPTION =
  /^(name|go_backwards|seed|dtype|.*_(initializer|regularizer|constraint))$/;

/**
 * Returns whether one layer is the other with the direction reversed, which is what tfjs builds
 * from the first alone.
 */
function isMirrored(forward: unknown, backward: Json): boolean {
  if (!isRecord(forward) || !isRecord(forward.config) || !isRecord(backward.config)) return false;
  const [one, other] = [forward.config, backward.config];
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return (
    forward.class_name === backward.class_name &&
    (one.go_backwards ?? false) !== (other.go_backwards ?? false) &&
    keys
      .filter((key) => !INDIFFERENT_OPTION.test(key))
      .every((key) => JSON.stringify(one[key]) === JSON.stringify(other[key]))
  );
}
