import { Edges, rebuilt, replaceNodes } from "../graph/edit.ts";
import { type Graph, type GraphNode, isConstant } from "../graph/types.ts";

/** Moves zero padding into the convolution after it. */
export function foldPadding(graph: Graph): void {
  const edges = new Edges(graph);
  replaceNodes(graph, (node) => absorb(node, edges));
}

function absorb(node: GraphNode, edges: Edges): GraphNode | undefined {
  const pad = node.op === "Conv" ? edges.producer(node.inputs[0]) : undefined;
  const pads = pad?.op === "Pad" ? pad.inputs[1] : undefined;
  if (pad === undefined || !isConstant(pads) || pad.inputs[2] !== undefined) return undefined;
  if (node.attributes.auto_pad !== undefined) return undefined;
  const rank = pads.data.length / 2;
  const begins = Array.from(pads.data.slice(0, rank), Number);
  const ends = Array.from(pads.data.slice(rank), Number);
  // A convolution can only pad its spatial axes.
  if ([...begins.slice(0, 2), ...ends.slice(0, 2)].some((size) => size !== 0)) return undefined;
  const own = node.attributes.pads;
  const already = Array.isArray(own) ? own.map(Number) : [];
  const total = [...begins.slice(2), ...ends.slice(2)].map(
    (size, axis) => size + (already[axis] ?? 0),
  );
  return rebuilt(node, {
    inputs: node.inputs.with(0, pad.inputs[0]),
    attributes: { ...node.attributes, pads: total },
  });
}
