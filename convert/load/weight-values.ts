import { UserError } from "../../core/errors.ts";
import type { FileWeight } from "./match-weights.ts";

/** A magnitude that no trained weight reaches. */
const HUGE = 1e12;

/** Bytes look swapped if at least one in this many weights of a tensor is huge. */
const ONE_IN = 20;

/**
 * Refuses weights that no training produces: the proof would not notice them, because both of its
 * sides compute with them.
 *
 * @throws {UserError} `weights_invalid` for NaN, and for bytes in the wrong order.
 */
export function refuseDamaged(weights: readonly FileWeight[], source: string): void {
  for (const { name, tensor } of weights) {
    if (tensor.dtype !== "float32") continue;
    const values = tensor.dataSync();
    if (looksSwapped(values as Float32Array)) {
      throw new UserError(
        "weights_invalid",
        `The weight "${name}" of ${source} looks as if its bytes were in the wrong order: TensorFlow.js reads little-endian files.`,
      );
    }
    if (values.some(Number.isNaN)) {
      throw new UserError(
        "weights_invalid",
        `The weight "${name}" of ${source} holds NaN: the training diverged, or the file is damaged.`,
      );
    }
  }
}

/**
 * Returns whether many weights are huge or NaN, and all of these have a usual size after their bytes
 * are swapped.
 */
function looksSwapped(values: Float32Array): boolean {
  const strange = values.filter((value) => !(Math.abs(value) <= HUGE));
  if (strange.length === 0 || strange.length * ONE_IN < values.length) return false;
  const view = new DataView(new ArrayBuffer(4));
  return strange.every((value) => {
    view.setFloat32(0, value, true);
    const swapped = Math.abs(view.getFloat32(0, false));
    return swapped > 1 / HUGE && swapped < HUGE;
  });
}
