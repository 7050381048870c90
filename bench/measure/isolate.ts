import { type MeasuredService, startMeasured } from "../service.ts";

const EARLY_REQUESTS = 5;
const WARM_UP_REQUESTS = 20;

/** CPU and wall time of a request, in milliseconds. */
export interface Cost {
  /** Of all threads. */
  readonly cpu: number;
  /** Of the thread that runs the Worker: what a visitor waits for. */
  readonly main: number;
  readonly wall: number;
}

/** What the requests of a fresh isolate cost. */
export interface IsolateCosts {
  /** CPU time from workerd's start until the first answer to `GET /health`. */
  readonly start: Omit<Cost, "wall">;
  readonly health: Cost;
  /** The first captions. */
  readonly early: readonly Cost[];
  /** The captions of the warm isolate. */
  readonly warm: readonly Cost[];
}

/** Which Worker is measured: that of this checkout or of another. */
interface Measured {
  readonly bundle: string;
  readonly checkout?: string;
}

/**
 * Starts a Worker and measures its first captions, and `runs` warm ones.
 *
 * @param image - the bytes of the image's file
 * @throws {CannotRun} when the system has no `/proc`.
 */
export async function measureIsolate(
  { bundle, checkout }: Measured,
  image: Uint8Array<ArrayBuffer>,
  runs: number,
): Promise<IsolateCosts> {
  await using service = await startMeasured(bundle, checkout);
  const start = { cpu: service.cpu(), main: service.mainCpu() };
  const health = await costOf(service, async () => {
    await (await fetch(`${service.url}/health`)).text();
  });
  const caption = () => costOf(service, () => service.caption(image));
  const early = await repeat(EARLY_REQUESTS, caption);
  await repeat(WARM_UP_REQUESTS, caption);
  return { start, health, early, warm: await repeat(runs, caption) };
}

async function costOf(service: MeasuredService, work: () => Promise<unknown>): Promise<Cost> {
  const [cpu, main, wall] = [service.cpu(), service.mainCpu(), performance.now()];
  await work();
  return {
    cpu: service.cpu() - cpu,
    main: service.mainCpu() - main,
    wall: performance.now() - wall,
  };
}

async function repeat<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let time = 0; time < times; time++) results.push(await work());
  return results;
}
