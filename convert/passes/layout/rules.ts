import { BROADCAST_OPS, COMPARE_OPS, UNARY_OPS } from "../../graph/infer/elementwise.ts";
import { positiveAxis } from "../../graph/infer/index.ts";
import type { Attribute, Constant, GraphNode, Value } from "../../graph/types.ts";
import { isConstant } from "../../graph/types.ts";
import { inverse } from "./permutations.ts";

/**
 * Describes an operation that runs on tensors before their transpose: its inputs and attributes, and
 * the permutation that then restores each output.
 */
export interface Moved {
  readonly inputs: (Value | undefined)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly after: readonly number[];
}

/** Moves an operation before the transposes of its inputs. */
export type Rule = {
  /** The inputs that the transpose applies to: the first, or all. */
  readonly carries: "first" | "all";
  readonly move: (
    node: GraphNode,
    inputs: (Value | undefined)[],
    perm: readonly number[],
  ) => Moved | undefined;
};

const unchanged: Rule["move"] = (node, inputs, perm) => ({
  inputs,
  attributes: node.attributes,
  after: perm,
});

/** Rewrites the attribute `axis` for the untransposed tensor. */
const alongAxis: Rule["move"] = (node, inputs, perm) => {
  const axis = positiveAxis(Number(node.attributes.axis ?? -1), perm.length);
  return { inputs, attributes: { ...node.attributes, axis: perm[axis] ?? axis }, after: perm };
};

const reduce: Rule["move"] = (node, inputs, perm) => {
  const given = inputs[1] ?? node.attributes.axes;
  const axes = isValue(given)
    ? numbers(given)
    : Array.isArray(given)
      ? given.map(Number)
      : undefined;
  if (axes === undefined) return undefined;
  const moved = axes.map((axis) => perm[positiveAxis(axis, perm.length)] ?? axis);
  const kept = node.attributes.keepdims !== 0;
  const after = kept ? perm : withoutAxes(perm, moved);
  return inputs[1] === undefined
    ? { inputs, attributes: { ...node.attributes, axes: moved }, after }
    : { inputs: inputs.with(1, int64(moved)), attributes: node.attributes, after };
};

/** Returns the permutation that remains when some axes are removed. */
function withoutAxes(perm: readonly number[], gone: readonly number[]): number[] {
  const left = perm.filter((axis) => !gone.includes(axis));
  const ranks = left.toSorted((a, b) => a - b);
  return left.map((axis) => ranks.indexOf(axis));
}

const pad: Rule["move"] = (node, inputs, perm) => {
  const pads = numbers(inputs[1]);
  if (pads === undefined) return undefined;
  const back = inverse(perm);
  const begins = back.map((axis) => pads[axis] ?? 0);
  const ends = back.map((axis) => pads[axis + perm.length] ?? 0);
  return {
    inputs: inputs.with(1, int64([...begins, ...ends])),
    attributes: node.attributes,
    after: perm,
  };
};

const slice: Rule["move"] = (node, inputs, perm) => {
  const axes = numbers(inputs[3]);
  if (axes === undefined) return undefined;
  const moved = axes.map((axis) => perm[positiveAxis(axis, perm.length)] ?? axis);
  return { inputs: inputs.with(3, int64(moved)), attributes: node.attributes, after: perm };
};

export const RULES: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(UNARY_OPS.map((op) => [op, { carries: "first", move: unchanged }])),
  ...Object.fromEntries(
    [...BROADCAST_OPS, ...COMPARE_OPS, "Where", "PRelu"].map((op) => [
      op,
      { carries: "all", move: unchanged },
    ]),
  ),
  Cast: { carries: "first", move: unchanged },
  Concat: { carries: "all", move: alongAxis },
  Softmax: { carries: "first", move: alongAxis },
  LogSoftmax: { carries: "first", move: alongAxis },
  Split: { carries: "first", move: alongAxis },
  ReduceMean: { carries: "first", move: reduce },
  ReduceMax: { carries: "first", move: reduce },
  ReduceSum: { carries: "first", move: reduce },
  Pad: { carries: "first", move: pad },
  Slice: { carries: "first", move: slice },
};

function isValue(value: unknown): value is Value {
  return typeof value === "object" && value !== null && "shape" in value;
}

function numbers(value: Value | undefined): number[] | undefined {
  return isConstant(value) ? Array.from(value.data, Number) : undefined;
}

function int64(values: readonly number[]): Constant {
  const data = new BigInt64Array(values.map(BigInt));
  return { name: "axes", type: "int64", shape: [values.length], data };
}
