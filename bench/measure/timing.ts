import { type Summary, summarize } from "./statistics.ts";

/**
 * Returns the CPU time of this process for a run of a function, in milliseconds.
 *
 * @param warmUp - runs that are not counted, as V8 compiles WebAssembly a second time while it runs.
 */
export async function timeRuns(
  run: () => unknown,
  { runs, warmUp }: { readonly runs: number; readonly warmUp: number },
): Promise<Summary> {
  for (let count = 0; count < warmUp; count++) await run();
  const times: number[] = [];
  for (let count = 0; count < runs; count++) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return summarize(times);
}
