import type { Dim, Shape } from "../types.ts";
import type { Inference, NodeView } from "./context.ts";
import { freshDim } from "./shapes.ts";

interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Begins, then ends, as ONNX has them. */
  readonly pads: readonly number[];
  readonly same: boolean;
}

function windowOf(node: NodeView, kernel: readonly number[]): Window {
  const ones = kernel.map(() => 1);
  return {
    kernel,
    strides: node.ints("strides") ?? ones,
    dilations: node.ints("dilations") ?? ones,
    pads: node.ints("pads") ?? [...kernel, ...kernel].map(() => 0),
    same: node.text("auto_pad", "NOTSET") === "SAME_UPPER",
  };
}

function slidDim(size: Dim, axis: number, window: Window): Dim {
  const stride = window.strides[axis] ?? 1;
  if (typeof size === "string") return keepsSize(axis, window) ? size : freshDim();
  if (window.same) return Math.ceil(size / stride);
  const reach = ((window.kernel[axis] ?? 1) - 1) * (window.dilations[axis] ?? 1) + 1;
  return Math.floor((size + padding(axis, window) - reach) / stride) + 1;
}

function keepsSize(axis: number, window: Window): boolean {
  if ((window.strides[axis] ?? 1) !== 1) return false;
  const reach = ((window.kernel[axis] ?? 1) - 1) * (window.dilations[axis] ?? 1);
  return window.same || padding(axis, window) === reach;
}

function padding(axis: number, { pads, kernel }: Window): number {
  return (pads[axis] ?? 0) + (pads[axis + kernel.length] ?? 0);
}

function slide(shape: Shape, channels: Dim, window: Window): Shape {
  const [batch = 1, , ...spatial] = shape;
  return [batch, channels, ...spatial.map((size, axis) => slidDim(size, axis, window))];
}

const convolve: Inference = (node) => {
  const [filters = 1, , ...kernel] = node.input(1).shape.map(Number);
  const { type, shape } = node.input(0);
  return [{ type, shape: slide(shape, filters, windowOf(node, kernel)) }];
};

const pool: Inference = (node) => {
  const { type, shape } = node.input(0);
  return [
    { type, shape: slide(shape, shape[1] ?? 1, windowOf(node, node.ints("kernel_shape") ?? [])) },
  ];
};

const convolveTransposed: Inference = (node) => {
  const [, filters = 1, ...kernel] = node.input(1).shape.map(Number);
  const { type, shape } = node.input(0);
  const window = windowOf(node, kernel);
  const extra = node.ints("output_padding") ?? kernel.map(() => 0);
  const spatial = shape.slice(2).map((size, axis): Dim => {
    if (typeof size === "string") return freshDim();
    const reach = ((kernel[axis] ?? 1) - 1) * (window.dilations[axis] ?? 1) + 1;
    return (
      (size - 1) * (window.strides[axis] ?? 1) + (extra[axis] ?? 0) + reach - padding(axis, window)
    );
  });
  return [{ type, shape: [shape[0] ?? 1, filters * node.int("group", 1), ...spatial] }];
};

export const spatial: Record<string, Inference> = {
  Conv: convolve,
  ConvTranspose: convolveTransposed,
  MaxPool: pool,
  AveragePool: pool,
  Resize: (node) => {
    const { type, shape } = node.input(0);
    const sizes = node.constants(3);
    const scales = node.constants(2);
    const scaled = shape.map((size, axis): Dim => {
      const scale = scales?.[axis] ?? 1;
      if (sizes !== undefined) return sizes[axis] ?? 1;
      if (typeof size === "string") return scale === 1 ? size : freshDim();
      return Math.floor(size * scale);
    });
    return [{ type, shape: scaled }];
  },
};
