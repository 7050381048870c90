import type { Value } from "../../graph/types.ts";
import type { Layer, LayerContext } from "../handler.ts";
import { fused, isFusible } from "./fused.ts";
import { scanned } from "./scanned.ts";

/** A cell applied to a sequence, without the options of Keras' layers. */
export interface Recurrence {
  readonly cell: Layer;
  /** `[N, T, ...]` */
  readonly x: Value;
  /** Initial states, each `[N, ...]`; empty for zeros. */
  readonly states: readonly Value[];
  /** `[N, T]`, boolean. */
  readonly mask: Value | undefined;
  /** Whether it runs from the last step to the first. */
  readonly backwards: boolean;
}

export interface RecurrenceResult {
  /** Writes the outputs of all steps in order of time: `[N, T, ...]`. */
  readonly sequence: () => Value;
  /** The output of the step computed last. */
  readonly last: Value;
  readonly states: readonly Value[];
}

/** Writes a recurrence as one ONNX operation where possible, otherwise as a `Scan`. */
export function recur(context: LayerContext, recurrence: Recurrence): RecurrenceResult {
  return isFusible(recurrence.cell, recurrence.mask)
    ? fused(context, recurrence)
    : scanned(context, recurrence);
}
