import { summarize } from "./statistics.ts";

/** How fast the machine is at the moment: milliseconds of CPU of one and the same loop. */
export interface Calibration {
  readonly value: number;
  readonly least: number;
  readonly runs: number;
}

const size = 1 << 16;
const rounds = 200;

/**
 * Times a loop of multiply-adds over half a megabyte, which fits any second-level cache. Figures of
 * different days compare by their ratio to it.
 */
export function calibrate(runs = 5): Calibration {
  const left = Float64Array.from({ length: size }, (_, index) => Math.sin(index));
  const right = Float64Array.from({ length: size }, (_, index) => Math.cos(index));
  const times: number[] = [];
  let kept = 0;
  // The first run is the compiler's.
  for (let run = 0; run <= runs; run++) {
    const before = process.threadCpuUsage();
    kept += sumOfProducts(left, right);
    const { user, system } = process.threadCpuUsage(before);
    if (run > 0) times.push((user + system) / 1000);
  }
  if (!Number.isFinite(kept)) throw new Error("the calibration loop went wrong");
  return summarize(times);
}

function sumOfProducts(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < size; index++) sum += (left[index] ?? 0) * (right[index] ?? 0);
  }
  return sum;
}
