import type { Dim, Shape } from "../types.ts";

let unknowns = 0;

/** Returns a new name for an unknown size. */
export function freshDim(): string {
  unknowns += 1;
  return `unknown_${unknowns}`;
}

/** Returns the broadcast shape of the inputs. */
export function broadcast(...shapes: Shape[]): Shape {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) =>
    shapes
      .map((shape) => shape[axis - rank + shape.length] ?? 1)
      .reduce((left, right) => broadcastDim(left, right)),
  );
}

/**
 * Returns the broadcast size of two: one is 1 or they are equal, so a known size is preferred over
 * a name.
 */
function broadcastDim(left: Dim, right: Dim): Dim {
  if (left === 1) return right;
  if (right === 1) return left;
  return typeof left === "number" ? left : right;
}

/** Adds sizes; a sum with an unknown size gets a new name. */
export function sumDims(dims: readonly Dim[]): Dim {
  const known = dims.filter((dim) => typeof dim === "number");
  if (known.length === dims.length) return known.reduce((sum, dim) => sum + dim, 0);
  const unknown = dims.filter((dim) => typeof dim === "string");
  return unknown.length === 1 && known.every((dim) => dim === 0)
    ? (unknown[0] ?? freshDim())
    : freshDim();
}

/** Returns an axis counted from the front. */
export function positiveAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Returns a shape with `dims[axis]` removed, or set to 1 with `keep`. */
export function withoutAxes(shape: Shape, axes: readonly number[], keep: boolean): Shape {
  const reduced = new Set(axes.map((axis) => positiveAxis(axis, shape.length)));
  if (keep) return shape.map((dim, axis) => (reduced.has(axis) ? 1 : dim));
  return shape.filter((_, axis) => !reduced.has(axis));
}
