import { type Summary, summarize } from "./statistics.ts";

/**
 * Milliseconds of CPU of this process for each run of a function, after runs that warm it up.
 *
 * @param warmUp - runs that are not counted: V8 compiles WebAssembly anew while it is in use.
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
