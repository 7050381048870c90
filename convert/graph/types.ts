import type { DataType, SharedInitializer, TensorData } from "../../onnx/index.ts";

/** A size: a number, or the name of a size known only when the model runs. */
export type Dim = number | string;
export type Shape = readonly Dim[];

/** A value on an edge of the graph. Two values are the same only if they are the same object. */
export interface Value {
  /** Preferred name, made unique when the model is written. */
  name: string;
  type: DataType;
  shape: Shape;
}

/** A value known at conversion time: an initializer of the model. */
export interface Constant extends Value {
  shape: readonly number[];
  readonly data: TensorData;
}

export type Attribute =
  | number
  | string
  | boolean
  | readonly number[]
  | readonly string[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly graph: Graph };

export interface GraphNode {
  name: string;
  readonly op: string;
  readonly domain: string;
  inputs: (Value | undefined)[];
  outputs: Value[];
  attributes: Readonly<Record<string, Attribute>>;
}

/**
 * A graph under construction, or the body of a `Scan`, which can read values of the outer graph.
 */
export interface Graph {
  name: string;
  inputs: Value[];
  outputs: Value[];
  /** In topological order. */
  nodes: GraphNode[];
  /** Weights that a pass stored under the name of another. */
  shared?: SharedInitializer[];
}

/** Returns whether a value is a constant: its data is known. */
export function isConstant(value: Value | undefined): value is Constant {
  return value !== undefined && "data" in value;
}

/** Returns whether every size of a shape is known. */
export function isStatic(shape: Shape): shape is readonly number[] {
  return shape.every((dim) => typeof dim === "number");
}

/** Returns the number of elements of a tensor of a shape; 1 for `[]`, a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
