import { reshaped, transposed } from "../../graph/arrays.ts";
import { Edges, newNode, rebuilt } from "../../graph/edit.ts";
import { BROADCAST_OPS, UNARY_OPS } from "../../graph/infer/elementwise.ts";
import {
  type Constant,
  type Graph,
  type GraphNode,
  isConstant,
  type Value,
} from "../../graph/types.ts";
import { permOf } from "./permutations.ts";

/**
 * Moves the remaining transposes towards the inputs, past elementwise operations and padding: an
 * image is then transposed while it is bytes, and padding comes right before the convolution that
 * can absorb it.
 */
export function hoistTransposes(graph: Graph): void {
  for (let moved = true; moved; ) {
    const edges = new Edges(graph);
    const pair = findPair(graph, edges);
    moved = pair !== undefined;
    if (pair !== undefined) swap(graph, pair);
  }
}

interface Pair {
  readonly earlier: GraphNode;
  readonly transpose: GraphNode;
  readonly perm: readonly number[];
}

function findPair(graph: Graph, edges: Edges): Pair | undefined {
  for (const transpose of graph.nodes) {
    const perm = permOf(transpose);
    const [input] = transpose.inputs;
    const earlier = edges.producer(input);
    if (perm === undefined || input === undefined || earlier === undefined) continue;
    if (edges.onlyReader(input) === transpose && canSwap(earlier, perm)) {
      return { earlier, transpose, perm };
    }
  }
  return undefined;
}

function canSwap(node: GraphNode, perm: readonly number[]): boolean {
  const [x, ...others] = node.inputs;
  if (node.domain !== "" || isConstant(x) || x?.shape.length !== perm.length) return false;
  if (node.op === "Pad") return isConstant(others[0]);
  if (node.op === "Cast" || UNARY_OPS.includes(node.op as (typeof UNARY_OPS)[number])) {
    return node.op !== "PRelu";
  }
  return BROADCAST_OPS.includes(node.op) && others.every(isConstant);
}

/** Rewrites `Transpose(f(x))` as `f'(Transpose(x))`. */
function swap(graph: Graph, { earlier, transpose, perm }: Pair): void {
  const [x, ...others] = earlier.inputs;
  const turn = newNode("Transpose", transpose.name, [x], { perm });
  const inputs = [turn.outputs[0], ...others.map((value) => turned(earlier, value, perm))];
  const next = { ...rebuilt(earlier, { inputs }), outputs: transpose.outputs };
  graph.nodes = graph.nodes.flatMap((node) => {
    if (node === earlier) return [turn, next];
    return node === transpose ? [] : [node];
  });
}

function turned(
  node: GraphNode,
  value: Value | undefined,
  perm: readonly number[],
): Value | undefined {
  if (!isConstant(value)) return value;
  if (node.op === "Pad") return value.type === "int64" ? turnedPads(value, perm) : value;
  if (value.data.length === 1 || node.op === "Clip") return value;
  const missing = perm.length - value.shape.length;
  return transposed(reshaped(value, [...Array(missing).fill(1), ...value.shape]), perm);
}

function turnedPads(pads: Constant, perm: readonly number[]): Constant {
  const sizes = Array.from(pads.data, Number);
  const rank = perm.length;
  const order = [...perm, ...perm.map((axis) => axis + rank)];
  return { ...pads, data: new BigInt64Array(order.map((index) => BigInt(sizes[index] ?? 0))) };
}
