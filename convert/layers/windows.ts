import type { Attribute, Dim, Shape } from "../graph/types.ts";
import type { LayerContext } from "./handler.ts";

export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations?: readonly number[];
  readonly padding: "valid" | "same";
}

/**
 * Padding of a sliding window as TensorFlow means it: with `same`, an output for every stride, the
 * odd pixel of padding at the end.
 *
 * Where the size is known, and where the stride is 1, the padding is written in numbers; otherwise
 * as ONNX's `SAME_UPPER`, which is the same rule left to the runtime.
 *
 * @param spatial Sizes of the input's spatial axes.
 */
export function windowAttributes(
  context: LayerContext,
  window: Window,
  spatial: Shape,
): Record<string, Attribute> {
  const dilations = window.dilations ?? window.kernel.map(() => 1);
  const shared = {
    kernel_shape: window.kernel,
    strides: window.strides,
    ...(dilations.some((rate) => rate !== 1) && { dilations }),
  };
  if (window.padding === "valid") return shared;
  const totals = spatial.map((size, axis) =>
    samePadding(size, window.kernel[axis] ?? 1, window.strides[axis] ?? 1, dilations[axis] ?? 1),
  );
  if (totals.every((total) => total !== undefined)) {
    const begins = totals.map((total) => Math.floor(total / 2));
    const ends = totals.map((total) => total - Math.floor(total / 2));
    return { ...shared, pads: [...begins, ...ends] };
  }
  // ONNX Runtime fails where the rule would take pixels away: at windows smaller than the stride.
  const skips = window.kernel.some((size, axis) => size < (window.strides[axis] ?? 1));
  if (dilations.some((rate) => rate !== 1) || skips) {
    const what = "`same` with a window smaller than its stride, or dilated with strides";
    context.refuse("padding", `${what}, on a size unknown before it runs`);
  }
  return { ...shared, auto_pad: "SAME_UPPER" };
}

/** Pixels to add along one axis, or undefined when that depends on an unknown size. */
function samePadding(
  size: Dim,
  kernel: number,
  stride: number,
  dilation: number,
): number | undefined {
  const reach = (kernel - 1) * dilation + 1;
  if (stride === 1) return reach - 1;
  if (typeof size === "string") {
    // One or two pixels can only ever lack one at the end, and where none is lacking it is not reached.
    return reach <= Math.min(stride, 2) ? reach - 1 : undefined;
  }
  return Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
}

/**
 * Padding of a transposed convolution: `same` gives exactly stride times the input, `valid` all that
 * the kernel reaches and never less than the strides.
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
