import { z } from "zod";
import type { Value } from "../../graph/types.ts";
import { type Layer, type LayerContext, option } from "../handler.ts";
import { part } from "./cells.ts";
import { recur } from "./recurrence.ts";

export const recurrentConfig = z.object({
  returnSequences: option.flag,
  returnState: option.flag,
  goBackwards: option.flag,
  stateful: option.flag,
});

export type RecurrentConfig = z.infer<typeof recurrentConfig>;

export interface DirectionResult {
  /** What the layer's first output would be. */
  readonly output: Value;
  readonly states: readonly Value[];
}

/** Runs one recurrent layer as Keras does. */
export function runLayer(
  context: LayerContext,
  layer: Layer,
  states: readonly Value[],
): DirectionResult & { config: RecurrentConfig } {
  const config = recurrentConfig.parse(layer.getConfig());
  if (config.stateful) {
    context.refuse(
      "stateful",
      "is set, and an ONNX model keeps nothing between runs: take the states in and out with initialState and returnState, or set it to false in model.json where each run begins anew",
    );
  }
  const { onnx } = context;
  const result = recur(context, {
    cell: part(layer, "cell"),
    x: onnx.cast(context.x, "float32"),
    states,
    mask: context.masks[0],
    backwards: config.goBackwards,
  });
  if (!config.returnSequences) return { output: result.last, states: result.states, config };
  const sequence = result.sequence();
  // Keras lists the outputs of a backward layer in the order in which they were computed.
  const output = config.goBackwards ? onnx.reverse(sequence, 1) : sequence;
  return { output, states: result.states, config };
}
