import { tensorBytes } from "../../onnx/index.ts";
import { transposed } from "../graph/arrays.ts";
import { Edges, newNode, removeDead, replaceValues, subgraphs } from "../graph/edit.ts";
import {
  type Constant,
  type Graph,
  type GraphNode,
  isConstant,
  type Value,
} from "../graph/types.ts";

/** For smaller tensors a second copy costs less than the node that replaces it. */
const SMALLEST_TRANSPOSED = 1024;

/**
 * Stores equal tensors once, and drops a matrix that is the transpose of another: products read the
 * other one with `Gemm` and `transB`, or through a `Transpose`.
 *
 * Tied embeddings need this: the embedding and the output layer's kernel are saved as two weights.
 */
export function shareConstants(graph: Graph): void {
  const constants = collect(graph);
  const replaced = equals(constants);
  replaceValues(graph, replaced);
  for (const [constant, twin] of replaced) note(graph, constant, twin, false);
  const unique = constants.filter((constant) => !replaced.has(constant));
  shareTransposed(graph, unique);
  removeDead(graph);
}

/** Records the names of dropped weights, so that they can still be read out of the graph. */
function note(graph: Graph, { name, shape }: Value, twin: Value, transposed: boolean): void {
  // Scalars are numbers written by handlers, not weights.
  if (shape.length === 0) return;
  graph.shared ??= [];
  graph.shared.push({ name, of: twin.name, transposed });
}

function collect(graph: Graph): Constant[] {
  const found = new Set<Constant>();
  for (const node of graph.nodes) {
    for (const value of node.inputs) if (isConstant(value)) found.add(value);
    for (const body of subgraphs(node)) for (const inner of collect(body)) found.add(inner);
  }
  return [...found];
}

function equals(constants: readonly Constant[]): Map<Value, Value> {
  const groups = new Map<string, Constant[]>();
  const replaced = new Map<Value, Value>();
  for (const constant of constants) {
    const key = `${constant.type} ${constant.shape} ${fingerprint(constant)}`;
    const group = groups.get(key) ?? [];
    const twin = group.find((other) => equalBytes(other, constant));
    if (twin === undefined) groups.set(key, [...group, constant]);
    else replaced.set(constant, twin);
  }
  return replaced;
}

function shareTransposed(graph: Graph, constants: readonly Constant[]): void {
  const matrices = constants.filter(
    ({ shape, data }) => shape.length === 2 && data.length >= SMALLEST_TRANSPOSED,
  );
  for (const [index, matrix] of matrices.entries()) {
    const twin = matrices.slice(0, index).find((other) => isTransposeOf(other, matrix));
    if (twin === undefined) continue;
    readTurned(graph, matrix, twin);
    note(graph, matrix, twin, true);
  }
}

function isTransposeOf(one: Constant, other: Constant): boolean {
  const [rows, columns] = one.shape;
  if (rows !== other.shape[1] || columns !== other.shape[0] || one.type !== other.type)
    return false;
  return seemsTransposed(one, other) && equalBytes(transposed(one, [1, 0]), other);
}

/** Compares a few numbers first, because transposing every pair of square matrices is slow. */
function seemsTransposed({ data, shape }: Constant, other: Constant): boolean {
  const [rows = 1, columns = 1] = shape;
  return Array.from({ length: 16 }, (_, sample) => {
    const row = (sample * 31) % rows;
    const column = (sample * 17) % columns;
    return data[row * columns + column] === other.data[column * rows + row];
  }).every(Boolean);
}

function readTurned(graph: Graph, matrix: Constant, twin: Constant): void {
  const products = graph.nodes.filter((node) => node.inputs.includes(matrix));
  if (products.every((node) => isPlainProduct(node, matrix))) {
    graph.nodes = graph.nodes.map((node) => (products.includes(node) ? gemm(node, twin) : node));
    mergeBias(graph);
    return;
  }
  const turn = newNode("Transpose", `${matrix.name}/Transpose`, [twin], { perm: [1, 0] });
  graph.nodes.unshift(turn);
  replaceValues(graph, new Map([[matrix, turn.outputs[0] ?? matrix]]));
}

function isPlainProduct(node: GraphNode, matrix: Constant): boolean {
  return node.op === "MatMul" && node.inputs[1] === matrix && node.inputs[0]?.shape.length === 2;
}

function gemm(node: GraphNode, twin: Constant): GraphNode {
  return { ...node, op: "Gemm", inputs: [node.inputs[0], twin], attributes: { transB: 1 } };
}

/** Moves the bias of an `Add` into the `Gemm` before it. */
function mergeBias(graph: Graph): void {
  const edges = new Edges(graph);
  for (const node of graph.nodes) {
    const [output] = node.outputs;
    const add = node.op === "Gemm" && output ? edges.onlyReader(output) : undefined;
    const bias = add?.op === "Add" ? add.inputs.find(isConstant) : undefined;
    if (add === undefined || bias?.shape.length !== 1 || node.inputs.length > 2) continue;
    node.inputs = [...node.inputs, bias];
    node.outputs = add.outputs;
    graph.nodes = graph.nodes.filter((other) => other !== add);
  }
}

function equalBytes(left: Constant, right: Constant): boolean {
  const other = tensorBytes(right.data);
  return tensorBytes(left.data).every((byte, index) => byte === other[index]);
}

/**
 * Returns the 32-bit FNV-1a hash of a sample of the bytes: it tells most unequal tensors apart, at
 * little cost for large ones.
 */
function fingerprint(constant: Constant): number {
  const bytes = tensorBytes(constant.data);
  const step = Math.max(1, Math.floor(bytes.length / 4096));
  let hash = 0x811c9dc5;
  for (let index = 0; index < bytes.length; index += step) {
    hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
