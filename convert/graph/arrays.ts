import type { TensorData } from "../../core/onnx/index.ts";
import type { Constant } from "./types.ts";
import { elementCount } from "./types.ts";

/** A constant with its axes in another order: `result.shape[i] = constant.shape[perm[i]]`. */
export function transposed(constant: Constant, perm: readonly number[]): Constant {
  if (perm.every((axis, index) => axis === index)) return constant;
  const shape = perm.map((axis) => constant.shape[axis] ?? 1);
  const strides = rowStrides(constant.shape);
  const data = emptyLike(constant.data);
  const steps = perm.map((axis) => strides[axis] ?? 0);
  copyStrided(constant.data, data, shape, steps);
  return { ...constant, shape, data };
}

/** The same elements under another shape. */
export function reshaped(constant: Constant, shape: readonly number[]): Constant {
  if (elementCount(shape) !== constant.data.length) {
    throw new Error(`Cannot see [${constant.shape}] as [${shape}]`);
  }
  return { ...constant, shape };
}

/** A float constant computed from another, element by element. */
export function mapped(
  constant: Constant,
  name: string,
  change: (value: number, index: number) => number,
): Constant {
  const data = Float32Array.from({ length: constant.data.length }, (_, index) =>
    change(Number(constant.data[index]), index),
  );
  return { name, type: "float32", shape: constant.shape, data };
}

/** How many elements lie between neighbours along each axis. */
export function rowStrides(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis -= 1) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
}

function emptyLike(data: TensorData): TensorData {
  const Kind = data.constructor as new (length: number) => TensorData;
  return new Kind(data.length);
}

/** Writes `to` in order, reading `from` by the strides of the axes of the result. */
function copyStrided(
  from: TensorData,
  to: TensorData,
  shape: readonly number[],
  steps: readonly number[],
): void {
  const position = shape.map(() => 0);
  let source = 0;
  for (let target = 0; target < to.length; target += 1) {
    to[target] = from[source] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const step = steps[axis] ?? 0;
      position[axis] = (position[axis] ?? 0) + 1;
      source += step;
      if ((position[axis] ?? 0) < (shape[axis] ?? 1)) break;
      source -= step * (shape[axis] ?? 1);
      position[axis] = 0;
    }
  }
}
