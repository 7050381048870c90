import { Edges } from "../graph/edit.ts";
import type { Constant, Graph } from "../graph/types.ts";

/**
 * Keeps ONNX Runtime from fusing padding with the pooling after it.
 *
 * Its optimizer (1.30) turns a `Pad` with zeros into the pooling's own padding, which never counts. The
 * maximum of negative numbers and a padded zero is then negative, and a model whose padding is as wide
 * as the window fails to load. The optimizer does this only for zero, so the padding is minus zero.
 */
export function keepPooledPadding(graph: Graph): void {
  const edges = new Edges(graph);
  for (const node of graph.nodes) {
    if (node.op !== "MaxPool" && node.op !== "AveragePool") continue;
    const pad = edges.producer(node.inputs[0]);
    if (pad?.op !== "Pad" || pad.inputs[2] !== undefined) continue;
    const zero: Constant = {
      name: `${pad.name}/zero`,
      type: "float32",
      shape: [],
      data: new Float32Array([-0]),
    };
    pad.inputs = [pad.inputs[0], pad.inputs[1], zero];
  }
}
