import { resolve } from "node:path";
import { startWorkerd } from "../../../node/workerd.ts";
import { residentMebibytes } from "../../measure/process.ts";
import { startHostileOrigin } from "../hostile-origin.ts";
import { driveLoad, type LoadResult } from "./drive.ts";
import { type LoadRequest, mixRequests } from "./mix.ts";

interface LoadOptions {
  readonly requests: number;
  readonly connections: number;
  /** The bundle's folder. */
  readonly model: string;
}

export interface LoadReport {
  readonly results: readonly LoadResult[];
  readonly seconds: number;
  /** Resident memory of workerd in MiB, after each quarter of the requests. */
  readonly memory: readonly number[];
}

/**
 * Sends many requests at once, good and bad mixed, to one isolate with a deployment's settings.
 *
 * The cache is off, so that every good request is captioned. wrangler is left out, as its proxies take
 * longer than the Worker.
 *
 * @param onProgress - called with the number of results after each one.
 */
export async function runLoad(
  { requests, connections, model }: LoadOptions,
  onProgress: (results: number) => void = () => undefined,
): Promise<LoadReport> {
  await using resources = new AsyncDisposableStack();
  const origin = resources.adopt(await startHostileOrigin(), (one) => one.close());
  const options = {
    bundle: resolve(model),
    internet: origin.port,
    variables: { CACHE_SECONDS: "0" },
  };
  const service = resources.adopt(await startWorkerd(options), (one) => one.stop());
  const mix = await mixRequests(requests);
  await loadModel(service.url, mix);
  const memory: number[] = [];
  const results: LoadResult[] = [];
  const start = performance.now();
  await driveLoad(service.url, mix, connections, (result) => {
    results.push(result);
    const quarters = Math.floor((4 * results.length) / requests);
    if (quarters > memory.length) memory.push(residentMebibytes(service.pid));
    onProgress(results.length);
  });
  return { results, seconds: (performance.now() - start) / 1000, memory };
}

/** Sends one good request, so that loading the model is not part of the load. */
async function loadModel(url: string, mix: readonly LoadRequest[]): Promise<void> {
  const first = mix.find(({ isGood, init }) => isGood && init.method === "POST");
  if (first) await driveLoad(url, [first], 1, () => undefined);
}
