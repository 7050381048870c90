import type { Graph } from "../types.ts";
import type { Inference, NodeView } from "./context.ts";

/** Infers `Y [T, D, N, H]` and the last states `[D, N, H]` from `X [T, N, I]` and `R [D, gates * H, H]`. */
function recurrence(states: number): Inference {
  return (node) => {
    const { type, shape } = node.input(0);
    const [time = 1, batch = 1] = shape;
    const [directions = 1, , hidden = 1] = node.input(2).shape;
    const last = { type, shape: [directions, batch, hidden] };
    return [{ type, shape: [time, directions, batch, hidden] }, ...Array(states).fill(last)];
  };
}

function bodyOf(node: NodeView): Graph {
  const body = node.attributes.body;
  if (typeof body !== "object" || !("graph" in body)) throw new Error(`${node.op} lacks its body`);
  return body.graph;
}

export const recurrent: Record<string, Inference> = {
  LSTM: recurrence(2),
  GRU: recurrence(1),
  RNN: recurrence(1),
  /** The states come first; scan outputs are stacked along their axis. */
  Scan: (node) => {
    const scanned = node.int("num_scan_inputs", 1);
    const states = node.inputs.length - scanned;
    const steps = node.input(states).shape[0] ?? 1;
    return bodyOf(node).outputs.map(({ type, shape }, index) =>
      index < states
        ? { type, shape: node.input(index).shape }
        : { type, shape: [steps, ...shape] },
    );
  },
  DynamicQuantizeLSTM: (node) => {
    const { type, shape } = node.input(0);
    const [time = 1, batch = 1] = shape;
    const [directions = 1, hidden = 1] = node.input(2).shape;
    const last = { type, shape: [directions, batch, hidden] };
    return [{ type, shape: [time, directions, batch, hidden] }, last, last];
  },
};
