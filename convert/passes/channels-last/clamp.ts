import { newNode, replaceValues } from "../../graph/edit.ts";
import type { Graph, Value } from "../../graph/types.ts";

/**
 * Rewrites each `Clip` of a product as `Max` and `Min`, which take an eighth of the time. ONNX Runtime
 * fuses a `Clip` with a convolution, but after a product it branches for every element.
 */
export function clampInTwo(graph: Graph, results: ReadonlySet<string>): void {
  const replaced = new Map<Value, Value>();
  graph.nodes = graph.nodes.flatMap((node) => {
    const [x, low, high] = node.inputs;
    const [output] = node.outputs;
    if (node.op !== "Clip" || x === undefined || !results.has(x.name)) return [node];
    if (low === undefined || high === undefined || output === undefined) return [node];
    const least = newNode("Max", `${node.name}/Max`, [x, low]);
    const most = newNode("Min", node.name, [least.outputs[0], high]);
    const [clamped] = most.outputs;
    if (clamped) replaced.set(output, clamped);
    return [least, most];
  });
  replaceValues(graph, replaced);
}
