import { reshaped, transposed } from "../../graph/arrays.ts";
import { Edges, newNode, rebuilt, replaceNodes } from "../../graph/edit.ts";
import {
  type Constant,
  elementCount,
  type Graph,
  type GraphNode,
  isConstant,
  isStatic,
} from "../../graph/types.ts";
import { inverse, permOf } from "./permutations.ts";

/**
 * Removes transposes that the layout pass could not move:
 *
 * - one that moves only axes of size 1 becomes a reshape;
 * - one before a flattening and a product with a constant matrix is applied to the rows of the
 *   matrix.
 */
export function absorbTransposes(graph: Graph): void {
  const edges = new Edges(graph);
  replaceNodes(graph, (node) => reshapeInstead(node) ?? reorderRows(node, edges));
}

/** Rewrites `Transpose` as `Reshape`, where the axes longer than 1 keep their order. */
function reshapeInstead(node: GraphNode): GraphNode | undefined {
  const perm = permOf(node);
  const [x] = node.inputs;
  if (perm === undefined || x === undefined) return undefined;
  const long = perm.filter((axis) => x.shape[axis] !== 1);
  if (long.some((axis, index) => axis < (long[index - 1] ?? -1))) return undefined;
  const dims = perm.map((axis) => x.shape[axis] ?? 1);
  // A reshape can infer one size that is known only at run time.
  if (dims.filter((dim) => typeof dim === "string").length > 1) return undefined;
  const data = new BigInt64Array(dims.map((dim) => BigInt(typeof dim === "string" ? -1 : dim)));
  const sizes: Constant = { name: `${node.name}/sizes`, type: "int64", shape: [dims.length], data };
  const reshape = newNode("Reshape", node.name, [x, sizes]);
  for (const output of reshape.outputs) output.shape = dims;
  return reshape;
}

/** Rewrites `MatMul(Reshape(Transpose(x)), W)` as `MatMul(Reshape(x), W')`. */
function reorderRows(node: GraphNode, edges: Edges): GraphNode | undefined {
  const [flat, kernel] = node.inputs;
  if (node.op !== "MatMul" || flat === undefined || !isConstant(kernel)) return undefined;
  const reshape = edges.producer(flat);
  const turned = reshape?.op === "Reshape" ? reshape.inputs[0] : undefined;
  const transpose = edges.producer(turned);
  const perm = permOf(transpose);
  const x = transpose?.inputs[0];
  if (reshape === undefined || turned === undefined || x === undefined || perm?.[0] !== 0)
    return undefined;
  if (edges.onlyReader(flat) !== node || edges.onlyReader(turned) !== reshape) return undefined;
  const sizes = turned.shape.slice(1);
  const isFlattening = flat.shape.length === 2 && isStatic(sizes);
  if (!isFlattening || elementCount(sizes) !== kernel.shape[0]) return undefined;
  // Changed in place: only this product reads the reshape.
  reshape.inputs = reshape.inputs.with(0, x);
  return rebuilt(node, { inputs: [flat, permuteRows(kernel, sizes, perm)] });
}

/**
 * Reorders the rows of a matrix `[product of sizes, columns]` from the order of the transposed axes to
 * the order before the transpose.
 *
 * @param sizes - of the transposed axes.
 */
function permuteRows(
  kernel: Constant,
  sizes: readonly number[],
  perm: readonly number[],
): Constant {
  const columns = kernel.shape[1] ?? 1;
  const blocks = reshaped(kernel, [...sizes, columns]);
  const back = inverse(perm.slice(1).map((axis) => axis - 1));
  return reshaped(transposed(blocks, [...back, back.length]), kernel.shape);
}
