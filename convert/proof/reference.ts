import type { LayersModel, Tensor } from "@tensorflow/tfjs";
import type { Layer } from "../layers/handler.ts";
import { toChannelsFirst, toChannelsLast } from "../layers/layout.ts";
import type { TensorFlow } from "../tensorflow.ts";
import { flowOf, isModel, type LayerUse, layerUses } from "../topology.ts";

/** A tensor and the mask that Keras propagates with it. */
interface Flow {
  readonly value: Tensor;
  readonly mask: Tensor | undefined;
}

/** Changes a tensor between layers. */
type Change = (tensor: Tensor) => Tensor;

/**
 * Runs a model layer by layer in TensorFlow.js, like `predict` but without its faults in tfjs 4.22:
 * `predict` fails on an RNN whose output and state are both read (one tensor, disposed of after the
 * first reader); it passes the last mask on to layers without one; it joins the masks of merged
 * inputs wrongly; layers that resize images fail in it; and a few layers do not compute what they
 * claim (see below). Masks here are as in Keras.
 *
 * Call it inside `tf.tidy`: it disposes of nothing.
 *
 * @param inputs - in the model's order, `[N, ...]` each.
 * @param change - applied to the inputs and to every layer's outputs.
 * @returns the outputs in the model's order, `[N, ...]` each.
 */
export function runModel(
  tf: TensorFlow,
  model: LayersModel,
  inputs: readonly Tensor[],
  change: Change = (tensor) => tensor,
): Tensor[] {
  const flows = inputs.map((value) => ({ value: change(value), mask: undefined }));
  return runLayers(tf, model, flows, change).map(({ value }) => value);
}

/**
 * Runs a model with its inputs, its weights and every layer's outputs changed by one rounding: each
 * number is multiplied by `1 + 2^-23` or `1 - 2^-23` at random. No runtime can be expected to be closer
 * than these outputs. Restores the weights.
 *
 * Call it inside `tf.tidy`.
 *
 * @param inputs - in the model's order, `[N, ...]` each.
 * @param seed - of the draws.
 * @returns the outputs in the model's order, `[N, ...]` each.
 */
export function roundedModel(
  tf: TensorFlow,
  model: LayersModel,
  inputs: readonly Tensor[],
  seed: number,
): Tensor[] {
  let draws = 1000 * seed;
  const rounded = (tensor: Tensor): Tensor => {
    if (tensor.dtype !== "float32") return tensor;
    draws += 1;
    const up = tf.sign(tf.randomUniform(tensor.shape, -1, 1, "float32", draws));
    return tf.mul(tensor, tf.add(1, tf.mul(up, 2 ** -23)));
  };
  const kept = model.weights.map((weight) => [weight, tf.clone(weight.read())] as const);
  try {
    for (const [weight, value] of kept) weight.write(rounded(value));
    return runModel(tf, model, inputs, rounded);
  } finally {
    for (const [weight, value] of kept) weight.write(value);
  }
}

function runLayers(
  tf: TensorFlow,
  model: LayersModel,
  inputs: readonly Flow[],
  change: Change,
): Flow[] {
  const known = new Map<number, Flow>();
  for (const [index, symbol] of model.inputs.entries()) {
    const flow = inputs[index];
    if (flow !== undefined) known.set(symbol.id, flow);
  }
  for (const use of layerUses(model)) {
    const outputs = runUse(tf, use, known, change);
    for (const [index, symbol] of use.outputs.entries()) {
      const flow = outputs[index];
      if (flow !== undefined) known.set(symbol.id, flow);
    }
  }
  return model.outputs.map((symbol) => flowOf(symbol, known));
}

function runUse(
  tf: TensorFlow,
  { layer, inputs: symbols }: LayerUse,
  known: ReadonlyMap<number, Flow>,
  change: Change,
): Flow[] {
  const inputs = symbols.map((symbol) => flowOf(symbol, known));
  if (isModel(layer)) return runLayers(tf, layer, inputs, change);
  const values = inputs.map(({ value }) => value);
  // TimeDistributed passes the mask of the steps to its inner layer, which has no steps.
  const mask = layer.getClassName() === "TimeDistributed" ? undefined : inputs[0]?.mask;
  const [only] = values;
  // tfjs's Resizing does not accept a list of one.
  const given = values.length === 1 && only !== undefined ? only : values;
  const kwargs = () => (mask === undefined ? {} : { mask });
  const compute = mended(tf, layer, values) ?? (() => layer.apply(given, kwargs()));
  const outputs = onAnyBackend(tf, () => [compute()].flat() as Tensor[]).map(change);
  const masks = layer.supportsMasking ? outputMasks(tf, layer, inputs) : [];
  return outputs.map((value, index) => ({ value, mask: masks[index] }));
}

/**
 * Returns a correct computation for layers that tfjs computes differently from Keras and from its
 * own shapes.
 */
function mended(
  tf: TensorFlow,
  layer: Layer,
  values: readonly Tensor[],
): (() => Tensor) | undefined {
  const axis: unknown = Reflect.get(layer, "axis");
  const [x] = values;
  switch (layer.getClassName()) {
    case "Concatenate":
      // tfjs takes every negative axis for the last.
      return Number(axis) < -1 ? () => tf.concat([...values], Number(axis)) : undefined;
    case "Conv1D":
    case "SeparableConv2D":
      // Conv1D leaves the channels last; SeparableConv2D adds the bias along the rows.
      return Reflect.get(layer, "dataFormat") === "channelsFirst" && x !== undefined
        ? () => withChannelsLast(tf, layer, x)
        : undefined;
    case "BatchNormalization":
      return x && (x.rank > 4 || lastAxis(axis, x.rank) !== x.rank - 1)
        ? () => normalized(tf, layer, x)
        : undefined;
    case "Conv3D":
      return x && stridesSkipInput(layer) ? () => withExplicitPadding(tf, layer, x) : undefined;
    default:
      return undefined;
  }
}

function withChannelsLast(tf: TensorFlow, layer: Layer, x: Tensor): Tensor {
  const turned = tf.transpose(x, toChannelsLast(x.rank));
  Object.assign(layer, { dataFormat: "channelsLast" });
  try {
    return tf.transpose(layer.call(turned, {}) as Tensor, toChannelsFirst(x.rank));
  } finally {
    Object.assign(layer, { dataFormat: "channelsFirst" });
  }
}

function lastAxis(axis: unknown, rank: number): number {
  const [given] = [axis].flat().map(Number);
  return (given ?? -1) < 0 ? rank + (given ?? -1) : (given ?? 0);
}

/**
 * Normalizes along any axis. tfjs has no batch normalization of more than four axes, and its
 * JavaScript kernel repeats the parameters instead of aligning them with the axis.
 */
function normalized(tf: TensorFlow, layer: Layer, x: Tensor): Tensor {
  const axis = lastAxis(Reflect.get(layer, "axis"), x.rank);
  const along = x.shape.map((size, index) => (index === axis ? size : 1));
  const parameter = (name: string) => {
    const variable = Reflect.get(layer, name) as { read(): Tensor } | null | undefined;
    return variable && tf.reshape(variable.read(), along);
  };
  const [mean, variance] = [parameter("movingMean"), parameter("movingVariance")];
  if (!mean || !variance) throw new Error("A batch normalization has a mean and a variance");
  const deviation = tf.sqrt(tf.add(variance, Number(Reflect.get(layer, "epsilon"))));
  const standard = tf.div(tf.sub(x, mean), deviation);
  const scaled = tf.mul(standard, parameter("gamma") ?? 1);
  return tf.add(scaled, parameter("beta") ?? 0);
}

/** Options of tfjs's convolutions that the reference changes temporarily. */
interface ConvolutionOptions {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: string;
  readonly dataFormat: string;
}

/**
 * Returns whether `same` padding would be negative. TensorFlow's kernels without oneDNN misplace the
 * window in this case.
 */
function stridesSkipInput(layer: Layer): boolean {
  const { kernelSize, strides, padding } = layer as unknown as ConvolutionOptions;
  return padding === "same" && kernelSize.some((size, axis) => size < (strides[axis] ?? 1));
}

/** Pads an input as `same` would and runs the convolution as `valid`. */
function withExplicitPadding(tf: TensorFlow, layer: Layer, x: Tensor): Tensor {
  const { kernelSize, strides, dataFormat } = layer as unknown as ConvolutionOptions;
  const first = dataFormat === "channelsFirst" ? 2 : 1;
  const pads = x.shape.map((size, axis): [number, number] => {
    const stride = strides[axis - first];
    if (stride === undefined) return [0, 0];
    const kernel = kernelSize[axis - first] ?? 1;
    const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
  Object.assign(layer, { padding: "valid" });
  try {
    return layer.call(tf.pad(x, pads), {}) as Tensor;
  } finally {
    Object.assign(layer, { padding: "same" });
  }
}

/**
 * Errors of TensorFlow for operations that it lacks. Without oneDNN it also lacks dilated depthwise
 * and channels-first convolutions.
 */
const LACKING_KERNEL =
  /Kernel .* not registered|not yet support|does not support dilations|only supports the NHWC/;

/** Runs a computation, on tfjs's JavaScript backend if the native library lacks an operation. */
function onAnyBackend<Result>(tf: TensorFlow, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    const lacks = error instanceof Error && LACKING_KERNEL.test(error.message);
    const backend = tf.getBackend();
    if (!lacks || backend === "cpu") throw error;
    void tf.setBackend("cpu");
    try {
      return run();
    } finally {
      void tf.setBackend(backend);
    }
  }
}

function outputMasks(
  tf: TensorFlow,
  layer: Layer,
  inputs: readonly Flow[],
): (Tensor | undefined)[] {
  const masks = inputs.map(({ mask }) => mask);
  switch (layer.getClassName()) {
    case "Add":
    case "Multiply":
    case "Average":
    case "Maximum":
    case "Minimum":
    case "KerasSubtract":
      return [
        conjunction(
          tf,
          masks.filter((mask) => mask !== undefined),
        ),
      ];
    case "Concatenate":
      return [concatenated(tf, Number(layer.getConfig().axis), inputs)];
    default: {
      const values = inputs.map(({ value }) => value);
      const given = masks.map((mask) => mask ?? null) as Tensor[];
      return [layer.computeMask(values, given)].flat().map((mask) => mask ?? undefined);
    }
  }
}

function conjunction(tf: TensorFlow, masks: readonly Tensor[]): Tensor | undefined {
  const [first, ...others] = masks;
  return first && others.reduce((all, mask) => tf.logicalAnd(all, mask), first);
}

/** Joins the masks of a concatenation; an input without a mask counts as all true. */
function concatenated(tf: TensorFlow, given: number, inputs: readonly Flow[]): Tensor | undefined {
  if (inputs.every(({ mask }) => mask === undefined)) return undefined;
  const axis = given < 0 ? given + (inputs[0]?.value.rank ?? 0) : given;
  const masks = inputs.map(
    ({ value, mask }) => mask ?? tf.cast(tf.ones(value.shape.slice(0, 2)), "bool"),
  );
  return axis < 2 ? tf.concat(masks, axis) : conjunction(tf, masks);
}
