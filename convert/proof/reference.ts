import type { LayersModel, SymbolicTensor, Tensor } from "@tensorflow/tfjs";
import type { Layer } from "../layers/handler.ts";
import { toChannelsFirst, toChannelsLast } from "../layers/layout.ts";
import type { TensorFlow } from "../tensorflow.ts";
import { isModel, type LayerUse, layerUses } from "../topology.ts";

/** A tensor with the mask that Keras carries along with it. */
interface Flow {
  readonly value: Tensor;
  readonly mask: Tensor | undefined;
}

/** Told of every layer's outputs, in the order of computation. */
export type Watch = (layer: Layer, outputs: readonly Tensor[]) => void;

/**
 * Runs a model layer by layer in TensorFlow.js: what `predict` does, without its faults in
 * tfjs 4.22. `predict` fails on an RNN whose output and state are both read (one tensor, disposed of
 * when the first reader is done); it goes on handing the last mask it has seen to layers that have
 * none; it joins the masks of merged inputs wrongly; layers that resize pictures fail in it; and a few
 * layers do not compute what they say (see below). Masks here are as in Keras.
 *
 * To be called inside of `tf.tidy`: nothing is disposed of before its end.
 */
export function runModel(
  tf: TensorFlow,
  model: LayersModel,
  inputs: readonly Tensor[],
  watch: Watch = () => {},
): Tensor[] {
  const flows = inputs.map((value) => ({ value, mask: undefined }));
  return runLayers(tf, model, flows, watch).map(({ value }) => value);
}

function runLayers(
  tf: TensorFlow,
  model: LayersModel,
  inputs: readonly Flow[],
  watch: Watch,
): Flow[] {
  const known = new Map<number, Flow>();
  for (const [index, symbol] of model.inputs.entries()) {
    const flow = inputs[index];
    if (flow !== undefined) known.set(symbol.id, flow);
  }
  for (const use of layerUses(model)) {
    const outputs = runUse(tf, use, known, watch);
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
  watch: Watch,
): Flow[] {
  const inputs = symbols.map((symbol) => flowOf(symbol, known));
  if (isModel(layer)) return runLayers(tf, layer, inputs, watch);
  const values = inputs.map(({ value }) => value);
  // TimeDistributed hands the mask of the steps to the layer inside, which has no steps.
  const mask = layer.getClassName() === "TimeDistributed" ? undefined : inputs[0]?.mask;
  const [only] = values;
  // tfjs's Resizing does not understand a list of one.
  const given = values.length === 1 && only !== undefined ? only : values;
  const kwargs = () => (mask === undefined ? {} : { mask });
  const compute = mended(tf, layer, values) ?? (() => layer.apply(given, kwargs()));
  const outputs = onAnyBackend(tf, () => [compute()].flat() as Tensor[]);
  watch(layer, outputs);
  const masks = layer.supportsMasking ? outputMasks(tf, layer, inputs) : [];
  return outputs.map((value, index) => ({ value, mask: masks[index] }));
}

/** What tfjs computes otherwise than its own shapes say, and than Keras does. */
function mended(
  tf: TensorFlow,
  layer: Layer,
  values: readonly Tensor[],
): (() => Tensor) | undefined {
  const axis: unknown = Reflect.get(layer, "axis");
  const [x] = values;
  switch (layer.getClassName()) {
    case "Concatenate":
      // Every negative axis is the last to it.
      return Number(axis) < -1 ? () => tf.concat([...values], Number(axis)) : undefined;
    case "Conv1D":
    case "SeparableConv2D":
      // One leaves the channels last, the other adds the bias along the rows.
      return Reflect.get(layer, "dataFormat") === "channelsFirst" && x !== undefined
        ? () => withChannelsLast(tf, layer, x)
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

/** The options of tfjs's convolutions that the reference changes for a moment. */
interface ConvolutionOptions {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: string;
  readonly dataFormat: string;
}

/** Whether `same` padding would be negative: TensorFlow's kernels without oneDNN then misplace the window. */
function stridesSkipInput(layer: Layer): boolean {
  const { kernelSize, strides, padding } = layer as unknown as ConvolutionOptions;
  return padding === "same" && kernelSize.some((size, axis) => size < (strides[axis] ?? 1));
}

/** Runs a convolution as `valid` over an input that already has the zeros of `same` around it. */
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
 * What TensorFlow's kernels say of an operation, or a form of one, that they lack. Which ones they
 * lack depends on the processor: without oneDNN there are no dilated depthwise convolutions and no
 * convolutions with the channels first.
 */
const LACKING_KERNEL =
  /Kernel .* not registered|not yet support|does not support dilations|only supports the NHWC/;

/** Runs on tfjs's JavaScript backend what the native library lacks. */
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

function flowOf(symbol: SymbolicTensor, known: ReadonlyMap<number, Flow>): Flow {
  const flow = known.get(symbol.id);
  if (flow === undefined) throw new Error(`Nothing gives the tensor ${symbol.name}`);
  return flow;
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

/** An input without a mask counts as all true. */
function concatenated(tf: TensorFlow, given: number, inputs: readonly Flow[]): Tensor | undefined {
  if (inputs.every(({ mask }) => mask === undefined)) return undefined;
  const axis = given < 0 ? given + (inputs[0]?.value.rank ?? 0) : given;
  const masks = inputs.map(
    ({ value, mask }) => mask ?? tf.cast(tf.ones(value.shape.slice(0, 2)), "bool"),
  );
  return axis < 2 ? tf.concat(masks, axis) : conjunction(tf, masks);
}
