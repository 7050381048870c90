import { Edges, removeDead, replaceValues } from "../graph/edit.ts";
import { type Graph, isConstant, type Value } from "../graph/types.ts";

/**
 * Removes nodes that change nothing. Keeps the `Identity` of an output whose value is an input, a
 * constant, another output, or read by the body of a `Scan`.
 */
export function removeIdentities(graph: Graph): void {
  const outputs = new Set(graph.outputs);
  const replaced = new Map<Value, Value>();
  for (const node of graph.nodes) {
    const [input] = node.inputs;
    const [output] = node.outputs;
    const keeps = node.op !== "Identity" || input === undefined || output === undefined;
    if (!keeps && !outputs.has(output)) replaced.set(output, input);
  }
  replaceValues(graph, replaced);
  removeDead(graph);
  renameOutputs(graph);
}

/** Makes the producer of a value write the output directly. */
function renameOutputs(graph: Graph): void {
  const edges = new Edges(graph);
  const outputs = new Set(graph.outputs);
  const replaced = new Map<Value, Value>();
  for (const node of graph.nodes) {
    const [input] = node.inputs;
    const [output] = node.outputs;
    const producer = edges.producer(input);
    if (node.op !== "Identity" || input === undefined || output === undefined) continue;
    if (producer === undefined || isConstant(input) || outputs.has(input) || replaced.has(input))
      continue;
    producer.outputs = producer.outputs.map((value) => (value === input ? output : value));
    replaced.set(input, output);
    node.inputs = [output];
  }
  graph.nodes = graph.nodes.filter(
    (node) => node.op !== "Identity" || node.inputs[0] !== node.outputs[0],
  );
  replaceValues(graph, replaced);
}
