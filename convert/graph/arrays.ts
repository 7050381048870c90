import { permuted } from "../../onnx/index.ts";
import type { Constant } from "./types.ts";
import { elementCount } from "./types.ts";

/** Permutes the axes of a constant: `result.shape[i] = constant.shape[perm[i]]`. */
export function transposed(constant: Constant, perm: readonly number[]): Constant {
  if (perm.every((axis, index) => axis === index)) return constant;
  const shape = perm.map((axis) => constant.shape[axis] ?? 1);
  return { ...constant, shape, data: permuted(constant.data, constant.shape, perm) };
}

/** Changes the shape of a constant, keeping its elements. */
export function reshaped(constant: Constant, shape: readonly number[]): Constant {
  if (elementCount(shape) !== constant.data.length) {
    throw new Error(`Cannot see [${constant.shape}] as [${shape}]`);
  }
  return { ...constant, shape };
}

/** Returns a float constant computed from another, element by element. */
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
