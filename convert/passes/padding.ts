import { Edges, rebuilt, removeDead, replaceValues } from "../graph/edit.ts";
import { type Graph, type GraphNode, isConstant, type Value } from "../graph/types.ts";

/** Moves zero padding into the convolution after it. */
export function foldPadding(graph: Graph): void {
  const edges = new Edges(graph);
  const replaced = new Map<Value, Value>();
  graph.nodes = graph.nodes.map((node) => {
    const padded = absorb(node, edges);
    const [before, after] = [node.outputs[0], padded?.outputs[0]];
    if (padded === undefined || before === undefined || after === undefined) return node;
    replaced.set(before, after);
    return padded;
  });
  replaceValues(graph, replaced);
  removeDead(graph);
}

function absorb(node: GraphNode, edges: Edges): GraphNode | undefined {
  const pad = node.op === "Conv" ? edges.maker(node.inputs[0]) : undefined;
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
