import { type Summary, summarize } from "./statistics.ts";

/** Settings of {@link timeRuns}. */
interface Timing {
  readonly runs: number;
  /** Runs that are not counted, as V8 compiles WebAssembly a second time while it runs. */
  readonly warmUp: number;
  /** How often a run repeats its work; 1 by default. The times are those of one repetition. */
  readonly repetitions?: number;
  /** Returns the CPU time so far in milliseconds; that of this process by default. */
  readonly cpu?: () => number;
}

/** Returns the CPU time that a function takes, in milliseconds. */
export async function timeRuns(
  run: () => unknown,
  { runs, warmUp, repetitions = 1, cpu = ownCpu }: Timing,
): Promise<Summary> {
  for (let count = 0; count < warmUp; count++) await run();
  const times: number[] = [];
  for (let count = 0; count < runs; count++) {
    const before = cpu();
    await run();
    times.push((cpu() - before) / repetitions);
  }
  return summarize(times);
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
