import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/types.ts";
import type { LayerContext } from "../handler.ts";
import { type Cell, cellOf } from "./cells.ts";
import type { Recurrence, RecurrenceResult } from "./recurrence.ts";

/**
 * Writes a recurrence as ONNX's `Scan` over the operations of the cell: for masks (a masked step
 * keeps the states and repeats the previous output), for activations that the fused operations
 * lack, and for stacked and convolutional cells.
 */
export function scanned(context: LayerContext, recurrence: Recurrence): RecurrenceResult {
  const { onnx } = context;
  const { x, mask, backwards } = recurrence;
  const cell = cellOf(context, recurrence.cell);
  const prepared = cell.prepare(onnx, x);
  const states = initialStates(onnx, cell, prepared, recurrence);
  const scans = mask === undefined ? [prepared] : [prepared, mask];
  const body = writeBody(onnx, cell, states, scans);
  const time = prepared.shape[1] ?? 1;
  const direction = backwards ? 1 : 0;
  const [output] = body.graph.outputs.slice(-1);
  if (output === undefined) throw new Error("A recurrence has an output");
  const [batch = 1, ...rest] = output.shape;
  const outputs = onnx.ops(
    "Scan",
    [...states, ...scans],
    {
      body: { graph: body.graph },
      num_scan_inputs: scans.length,
      scan_input_axes: scans.map(() => 1),
      scan_input_directions: scans.map(() => direction),
      scan_output_axes: [1],
      scan_output_directions: [direction],
    },
    { outputs: [...states, { type: output.type, shape: [batch, time, ...rest] }] },
  );
  const sequence = outputs.at(-1);
  const finals = outputs.slice(0, -1);
  if (sequence === undefined) throw new Error("Scan has no output");
  // A cell's output equals its first state, even where the last steps are masked.
  return { sequence: () => sequence, last: finals[0] ?? sequence, states: finals };
}

function initialStates(
  onnx: GraphBuilder,
  cell: Cell,
  prepared: Value,
  { states }: Recurrence,
): readonly Value[] {
  if (states.length > 0) return states;
  return cell.stateShapes(prepared.shape).map((shape) => onnx.filled(0, shape, [prepared]));
}

function writeBody(
  onnx: GraphBuilder,
  cell: Cell,
  states: readonly Value[],
  [prepared, mask]: readonly Value[],
): GraphBuilder {
  if (prepared === undefined) throw new Error("Scan needs an input");
  const body = onnx.subgraph(`${onnx.scope}/step`);
  const before = states.map(({ type, shape }, index) =>
    body.input(`${onnx.scope}/state_${index}`, type, shape),
  );
  const input = body.input(`${onnx.scope}/input`, prepared.type, prepared.shape.toSpliced(1, 1));
  const step = cell.step(body, input, before);
  const kept = mask && body.input(`${onnx.scope}/mask`, mask.type, mask.shape.toSpliced(1, 1));
  const after = step.states.map((state, index) => choose(body, kept, state, before[index]));
  const output = choose(body, kept, step.output, before[0]);
  // Two outputs of the body may not be the same value, and here output and state are.
  body.graph.outputs.push(...after, body.op("Identity", [output]));
  return body;
}

/** Selects the new value where the step counts, the old one where it is masked. */
function choose(
  onnx: GraphBuilder,
  kept: Value | undefined,
  next: Value,
  before: Value | undefined,
): Value {
  if (kept === undefined || before === undefined) return next;
  const rank = next.shape.length;
  const axes = Array.from(
    { length: rank - kept.shape.length },
    (_, index) => index + kept.shape.length,
  );
  return onnx.op("Where", [onnx.unsqueeze(kept, axes), next, before]);
}
