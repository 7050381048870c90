import { z } from "zod";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/types.ts";
import { type LayerHandler, withConfig } from "../handler.ts";
import { part } from "./cells.ts";
import { runLayer } from "./run-layer.ts";

const MERGE_MODES = ["concat", "sum", "mul", "ave"] as const;
type MergeMode = (typeof MERGE_MODES)[number];

/** Runs both directions over the same sequence, and reverses the outputs of the backward one. */
export const bidirectional: LayerHandler = withConfig(
  z.object({ mergeMode: z.enum(MERGE_MODES).nullish() }),
  (context, { mergeMode }) => {
    const { onnx, masks } = context;
    const states = context.inputs.slice(1);
    const half = states.length / 2;
    const direction = (name: "forward" | "backward", own: readonly Value[]) => {
      const layer = part(context.layer, `${name}Layer`);
      return onnx.inside(layer.name, () => runLayer(context, layer, own));
    };
    const forward = direction("forward", states.slice(0, half));
    const backward = direction("backward", states.slice(half));
    const { returnSequences, returnState } = forward.config;
    const turned = returnSequences ? onnx.reverse(backward.output, 1) : backward.output;
    const merged = mergeMode
      ? [merge(onnx, mergeMode, forward.output, turned)]
      : [forward.output, turned];
    const mask = returnSequences ? masks[0] : undefined;
    const finals = returnState ? [...forward.states, ...backward.states] : [];
    return {
      outputs: [...merged, ...finals],
      masks: [...merged.map(() => mask), ...finals.map(() => undefined)],
    };
  },
);

function merge(onnx: GraphBuilder, mode: MergeMode, forward: Value, backward: Value): Value {
  switch (mode) {
    case "concat":
      return onnx.concat([forward, backward], forward.shape.length - 1);
    case "sum":
      return onnx.op("Add", [forward, backward]);
    case "mul":
      return onnx.op("Mul", [forward, backward]);
    case "ave":
      return onnx.op("Mul", [onnx.op("Add", [forward, backward]), onnx.scalar(0.5)]);
  }
}
