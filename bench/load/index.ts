/**
 * Load: many requests at once, good and bad mixed, on one isolate.
 *
 * @module
 */

import { startHostileOrigin } from "../../tests/support/hostile-origin.ts";
import { parseSettings } from "../../worker/settings.ts";
import { residentMebibytes } from "../measure/process.ts";
import { type MeasuredService, startMeasured } from "../service.ts";
import { driveLoad, type LoadResult } from "./drive.ts";
import { type LoadRequest, mixRequests } from "./mix.ts";

export interface LoadOptions {
  readonly requests: number;
  readonly connections: number;
  /** The folder of the bundle. */
  readonly model: string;
}

export interface LoadReport {
  readonly results: readonly LoadResult[];
  readonly seconds: number;
  /** MiB of workerd in RAM, at each quarter's end. */
  readonly memory: readonly number[];
  /** MiB of ONNX Runtime's heap, before and after. */
  readonly heap: readonly [before: number, after: number];
}

/** Starts a service with the settings of a deployment, and asks it for everything at once. */
export async function runLoad({ requests, connections, model }: LoadOptions): Promise<LoadReport> {
  const origin = await startHostileOrigin();
  // The bench's service takes larger pictures than a deployment would.
  const { MAX_PIXELS, MAX_BYTES } = parseSettings({});
  const variables = { MAX_PIXELS: String(MAX_PIXELS), MAX_BYTES: String(MAX_BYTES) };
  const service = await startMeasured(model, { internet: origin.port, variables });
  try {
    const mix = await mixRequests(requests);
    await warmUp(service, mix);
    const before = await heapMebibytes(service);
    const memory: number[] = [];
    const results: LoadResult[] = [];
    const started = performance.now();
    await driveLoad(service.url, mix, connections, (result) => {
      results.push(result);
      if (results.length % Math.ceil(requests / 4) === 0 || results.length === requests) {
        memory.push(residentMebibytes(service.pid));
      }
    });
    const seconds = (performance.now() - started) / 1000;
    return { results, seconds, memory, heap: [before, await heapMebibytes(service)] };
  } finally {
    await service.stop();
    await origin.close();
  }
}

/** Loads the model: a first caption, not a mix of them, is what a fresh isolate costs. */
async function warmUp(service: MeasuredService, mix: readonly LoadRequest[]): Promise<void> {
  const first = mix.find(({ isGood, init }) => isGood && init.method === "POST");
  if (first) await driveLoad(service.url, [first], 1, () => undefined);
}

async function heapMebibytes(service: MeasuredService): Promise<number> {
  return (await service.memoryBytes()) / 2 ** 20;
}
