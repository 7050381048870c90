import type { GraphBuilder } from "../graph/builder.ts";
import { freshDim } from "../graph/infer/index.ts";
import type { Attribute, Dim, Value } from "../graph/types.ts";

export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations?: readonly number[];
  readonly padding: "valid" | "same";
}

/** How a window slides over a value. */
export interface Sliding {
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Padding that is only known at run time, to apply first: `[2 rank]`. */
  readonly pads?: Value;
}

/**
 * Returns the padding of a sliding window as TensorFlow defines it: `same` gives
 * `ceil(size / stride)` outputs, with the odd pixel of padding at the end.
 *
 * The padding is written in numbers where the size is known or the stride is 1, otherwise as ONNX's
 * `SAME_UPPER`, the same rule at run time. ONNX Runtime fails if that padding would be negative,
 * which happens with a window smaller than its stride: in this case the graph computes the padding.
 *
 * @param x - `[N, C, ...spatial]`
 */
export function sliding(onnx: GraphBuilder, window: Window, x: Value): Sliding {
  const dilations = window.dilations ?? window.kernel.map(() => 1);
  const shared = {
    kernel_shape: window.kernel,
    strides: window.strides,
    ...(dilations.some((rate) => rate !== 1) && { dilations }),
  };
  if (window.padding === "valid") return { attributes: shared };
  const reach = window.kernel.map((size, axis) => (size - 1) * (dilations[axis] ?? 1) + 1);
  const totals = x.shape
    .slice(2)
    .map((size, axis) => samePadding(size, reach[axis] ?? 1, window.strides[axis] ?? 1));
  if (totals.every((total) => total !== undefined)) {
    const begins = totals.map((total) => Math.floor(total / 2));
    const ends = totals.map((total) => total - Math.floor(total / 2));
    return { attributes: { ...shared, pads: [...begins, ...ends] } };
  }
  const skips = reach.some((size, axis) => size < (window.strides[axis] ?? 1));
  if (!skips) return { attributes: { ...shared, auto_pad: "SAME_UPPER" } };
  return { attributes: shared, pads: computedPads(onnx, x, reach, window.strides) };
}

/** Pads an image with a value, where there is padding to apply first. */
export function padded(onnx: GraphBuilder, x: Value, { pads }: Sliding, fill: number): Value {
  if (pads === undefined) return x;
  const [batch = 1, channels = 1, ...spatial] = x.shape;
  const shape = [batch, channels, ...spatial.map(freshDim)];
  const as = { outputs: [{ type: x.type, shape }] };
  const [result = x] = onnx.ops("Pad", [x, pads, onnx.scalar(fill)], {}, as);
  return result;
}

/**
 * Writes a convolution of `[N, C, ...spatial]`.
 *
 * @param weights - the kernel, and the bias if there is one.
 */
export function slideConvolution(
  onnx: GraphBuilder,
  x: Value,
  weights: readonly Value[],
  window: Window,
  group = 1,
): Value {
  const how = sliding(onnx, window, x);
  const inputs = [padded(onnx, x, how, 0), ...weights];
  return onnx.op("Conv", inputs, { ...how.attributes, group });
}

/**
 * Computes `max(0, (ceil(size / stride) - 1) stride + reach - size)` for every axis, and splits it
 * in half.
 */
function computedPads(
  onnx: GraphBuilder,
  x: Value,
  reach: readonly number[],
  strides: readonly number[],
): Value {
  const none = onnx.ints([0, 0]);
  const step = onnx.ints(strides);
  const sizes = onnx.slice(onnx.op("Shape", [x]), 0, 2, x.shape.length);
  const rounded = onnx.op("Add", [sizes, onnx.ints(strides.map((stride) => stride - 1))]);
  const before = onnx.op("Sub", [onnx.op("Div", [rounded, step]), onnx.ints(reach.map(() => 1))]);
  const end = onnx.op("Add", [onnx.op("Mul", [before, step]), onnx.ints(reach)]);
  const zero = onnx.ints(reach.map(() => 0));
  const total = onnx.op("Max", [onnx.op("Sub", [end, sizes]), zero]);
  const begins = onnx.op("Div", [total, onnx.ints(reach.map(() => 2))]);
  return onnx.concat([none, begins, none, onnx.op("Sub", [total, begins])], 0);
}

/** Returns the padding along one axis; undefined if it depends on an unknown size. */
function samePadding(size: Dim, reach: number, stride: number): number | undefined {
  if (stride === 1) return reach - 1;
  if (typeof size === "string") {
    // A window of at most two pixels needs at most one pixel of padding, at the end; where it does not
    // need it, it does not read it.
    return reach <= Math.min(stride, 2) ? reach - 1 : undefined;
  }
  return Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
}

/**
 * Returns the attributes of a transposed convolution: the output of `same` is exactly stride times
 * the input; that of `valid` is all that the kernel reaches, and at least stride times the input.
 */
export function transposedAttributes(window: Window): Record<string, Attribute> {
  const { kernel, strides, padding } = window;
  const surplus = kernel.map((size, axis) => Math.max(0, size - (strides[axis] ?? 1)));
  const missing = kernel.map((size, axis) => Math.max(0, (strides[axis] ?? 1) - size));
  const cut = padding === "same" ? surplus : surplus.map(() => 0);
  const begins = cut.map((total) => Math.floor(total / 2));
  const ends = cut.map((total) => total - Math.floor(total / 2));
  return {
    kernel_shape: kernel,
    strides,
    pads: [...begins, ...ends],
    ...(missing.some((size) => size > 0) && { output_padding: missing }),
  };
}
