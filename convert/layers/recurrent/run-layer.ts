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

type RecurrentConfig = z.infer<typeof recurrentConfig>;

interface DirectionResult {
  /** The first output of the layer. */
  readonly output: Value;
  readonly states: readonly Value[];
}

/** Converts one recurrent layer with the options of Keras. */
export function runLayer(
  context: LayerContext,
  layer: Layer,
  states: readonly Value[],
): DirectionResult & { config: RecurrentConfig } {
  const config = recurrentConfig.parse(layer.getConfig());
  if (config.stateful) {
    context.refuse(
      "stateful",
      "is set, but an ONNX model keeps no state between runs: pass the states in and out with initialState and returnState, or set it to false in model.json if each run starts from zero",
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
  // Keras returns the outputs of a backward layer in the order of computation.
  const output = config.goBackwards ? onnx.reverse(sequence, 1) : sequence;
  return { output, states: result.states, config };
}
