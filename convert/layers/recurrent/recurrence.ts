import type { Value } from "../../graph/types.ts";
import type { Layer, LayerContext } from "../handler.ts";
import { fused, isFusible } from "./fused.ts";
import { scanned } from "./scanned.ts";

/** A cell over a sequence, without what Keras does around it. */
export interface Recurrence {
  readonly cell: Layer;
  /** `[N, T, ...]` */
  readonly x: Value;
  /** First states, each `[N, ...]`; none for zeros. */
  readonly states: readonly Value[];
  /** `[N, T]`, boolean. */
  readonly mask: Value | undefined;
  /** From the last step to the first. */
  readonly backwards: boolean;
}

export interface RecurrenceResult {
  /** Writes the outputs of all steps, in the order of time: `[N, T, ...]`. */
  readonly sequence: () => Value;
  /** The output of the step that was done last. */
  readonly last: Value;
  readonly states: readonly Value[];
}

/** One ONNX operation where it can say the recurrence, a `Scan` where it cannot. */
export function recur(context: LayerContext, recurrence: Recurrence): RecurrenceResult {
  return isFusible(recurrence.cell, recurrence.mask)
    ? fused(context, recurrence)
    : scanned(context, recurrence);
}
