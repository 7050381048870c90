import { summarize } from "./statistics.ts";

/** The machine's present speed: the CPU time of a fixed loop, in milliseconds. */
export interface Calibration {
  readonly value: number;
  readonly least: number;
  readonly runs: number;
}

const LENGTH = 1 << 16;
const ROUNDS = 200;

/**
 * Times a loop of multiply-adds over half a megabyte, which fits any second-level cache. Its ratio to a
 * figure compares days and machines.
 */
export function calibrate(runs = 5): Calibration {
  const left = Float64Array.from({ length: LENGTH }, (_, index) => Math.sin(index));
  const right = Float64Array.from({ length: LENGTH }, (_, index) => Math.cos(index));
  const times: number[] = [];
  let kept = 0;
  // The first run is not counted: V8 compiles the loop in it.
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
  for (let round = 0; round < ROUNDS; round++) {
    for (let index = 0; index < LENGTH; index++) sum += (left[index] ?? 0) * (right[index] ?? 0);
  }
  return sum;
}
