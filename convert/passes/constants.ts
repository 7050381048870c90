import { reshaped, transposed } from "../graph/arrays.ts";
import { removeDead, replaceValues, subgraphs } from "../graph/edit.ts";
import { infer } from "../graph/infer/index.ts";
import {
  type Constant,
  elementCount,
  type Graph,
  type GraphNode,
  isConstant,
  isStatic,
  type Value,
} from "../graph/types.ts";
import { permOf } from "./layout/permutations.ts";

/** Computes operations on constants at conversion time. */
export function foldConstants(graph: Graph): void {
  const replaced = new Map<Value, Value>();
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map((value) => value && (replaced.get(value) ?? value));
    for (const body of subgraphs(node)) {
      replaceValues(body, replaced);
      foldConstants(body);
    }
    for (const [index, result] of (evaluate(node) ?? []).entries()) {
      const output = node.outputs[index];
      if (output !== undefined) replaced.set(output, result);
    }
  }
  replaceValues(graph, replaced);
  removeDead(graph);
}

function evaluate(node: GraphNode): Constant[] | undefined {
  const [x] = node.inputs;
  if (!isConstant(x) || !node.inputs.every((value) => value === undefined || isConstant(value))) {
    return undefined;
  }
  switch (node.op) {
    case "Identity":
      return [x];
    case "Transpose":
      return [transposed(x, permOf(node) ?? [])];
    case "Reshape":
    case "Squeeze":
    case "Unsqueeze":
      return reshape(node, x);
    case "Split":
      return split(node, x);
    default:
      return undefined;
  }
}

function reshape(node: GraphNode, x: Constant): Constant[] | undefined {
  const [output] = infer(node.op, node.inputs, node.attributes);
  return output && isStatic(output.shape) ? [reshaped(x, output.shape)] : undefined;
}

function split(node: GraphNode, x: Constant): Constant[] {
  const axis = Number(node.attributes.axis ?? 0);
  let start = 0;
  return node.outputs.map((output, index) => {
    const shape = output.shape.map(Number);
    const size = shape[axis] ?? 1;
    start += size;
    return { ...x, name: `${x.name}_${index}`, shape, data: block(x, axis, start - size, size) };
  });
}

/** Returns `x[..., start : start + size, ...]` along one axis. */
function block(x: Constant, axis: number, start: number, size: number): Float32Array<ArrayBuffer> {
  const inner = elementCount(x.shape.slice(axis + 1));
  const row = inner * (x.shape[axis] ?? 1);
  const outer = elementCount(x.shape.slice(0, axis));
  const data = new Float32Array(outer * size * inner);
  const source = x.data as Float32Array;
  for (let index = 0; index < outer; index += 1) {
    const from = index * row + start * inner;
    data.set(source.subarray(from, from + size * inner), index * size * inner);
  }
  return data;
}
