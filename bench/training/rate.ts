/**
 * What is done in a second of CPU at best, all threads counted: on several cores a second of the
 * clock does up to as many times more.
 *
 * @param work - does some, and says how much.
 */
export async function rateOf(steps: number, work: () => Promise<number> | number): Promise<number> {
  await work();
  let best = 0;
  for (let step = 0; step < steps; step++) {
    const before = process.cpuUsage();
    const done = await work();
    const { user, system } = process.cpuUsage(before);
    best = Math.max(best, done / ((user + system) / 1e6));
  }
  return best;
}
