import type { TensorData } from "./data-types.ts";

/**
 * Permutes the axes of a tensor: the result has the shape `result[i] = shape[perm[i]]`.
 *
 * @param data - row-major elements of `shape`.
 */
export function permuted<Data extends TensorData>(
  data: Data,
  shape: readonly number[],
  perm: readonly number[],
): Data {
  if (perm.every((axis, index) => axis === index)) return data;
  const strides = rowStrides(shape);
  const result = emptyLike(data);
  copyStrided(
    data,
    result,
    perm.map((axis) => shape[axis] ?? 1),
    perm.map((axis) => strides[axis] ?? 0),
  );
  return result;
}

/** Returns the number of elements between neighbours along each axis. */
function rowStrides(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis -= 1) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
}

function emptyLike<Data extends TensorData>(data: Data): Data {
  const Kind = data.constructor as new (length: number) => Data;
  return new Kind(data.length);
}

/** Writes `to` in order, reading `from` with a stride for each axis of the result. */
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
