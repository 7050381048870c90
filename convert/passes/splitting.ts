import { elementBytes } from "../../onnx/index.ts";
import { constantsOf } from "../emit.ts";
import { newNode, replaceValues } from "../graph/edit.ts";
import { type Constant, elementCount, type Graph, type Value } from "../graph/types.ts";

/**
 * Splits constants larger than a file into blocks of rows, which the graph concatenates once, when
 * it is loaded. A constant with a single row of that size stays whole.
 */
export function splitLargeConstants(graph: Graph, maximumBytes: number): void {
  const replaced = new Map<Value, Value>();
  for (const constant of constantsOf(graph)) {
    const rows = rowsThatFit(constant, maximumBytes);
    if (rows === undefined) continue;
    const parts = blocks(constant, rows);
    const join = newNode("Concat", `${constant.name}/Concat`, parts, { axis: 0 });
    graph.nodes.unshift(join);
    const [whole] = join.outputs;
    if (whole !== undefined) replaced.set(constant, whole);
  }
  replaceValues(graph, replaced);
}

function rowsThatFit({ type, shape, data }: Constant, maximumBytes: number): number | undefined {
  if (data.byteLength <= maximumBytes || shape.length === 0) return undefined;
  const rowBytes = elementCount(shape.slice(1)) * elementBytes(type);
  const rows = Math.floor(maximumBytes / rowBytes);
  return rows >= 1 ? rows : undefined;
}

function blocks(constant: Constant, rows: number): Constant[] {
  const [total = 1, ...rest] = constant.shape;
  const row = elementCount(rest);
  return Array.from({ length: Math.ceil(total / rows) }, (_, index): Constant => {
    const start = index * rows;
    const count = Math.min(rows, total - start);
    const data = constant.data.slice(start * row, (start + count) * row);
    return { ...constant, name: `${constant.name}_rows_${start}`, shape: [count, ...rest], data };
  });
}
