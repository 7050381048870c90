/**
 * Load: many requests at once, good and bad mixed, on one isolate.
 *
 * @module
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startBareService } from "../../tests/support/bare-workerd.ts";
import { startHostileOrigin } from "../../tests/support/hostile-origin.ts";
import { residentMebibytes } from "../measure/process.ts";
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
}

/**
 * Starts a service with the settings of a deployment, and asks it for everything at once.
 *
 * Nothing is cached, so that every good request is work; and nothing of wrangler stands between,
 * whose proxies take longer than the Worker.
 */
export async function runLoad({ requests, connections, model }: LoadOptions): Promise<LoadReport> {
  await using started = new AsyncDisposableStack();
  const origin = started.adopt(await startHostileOrigin(), (one) => one.close());
  const folder = started.adopt(await mkdtemp(join(tmpdir(), "edge-caption-load-")), (path) =>
    rm(path, { recursive: true, force: true }),
  );
  const bare = {
    bundle: resolve(model),
    internet: origin.port,
    variables: { CACHE_SECONDS: "0" },
  };
  const service = started.adopt(await startBareService(folder, bare), (one) => one.stop());
  const mix = await mixRequests(requests);
  await warmUp(service.url, mix);
  const memory: number[] = [];
  const results: LoadResult[] = [];
  const start = performance.now();
  await driveLoad(service.url, mix, connections, (result) => {
    results.push(result);
    const quarters = Math.floor((4 * results.length) / requests);
    if (quarters > memory.length) memory.push(residentMebibytes(service.pid));
  });
  return { results, seconds: (performance.now() - start) / 1000, memory };
}

/** Loads the model: a first caption, not a mix of them, is what a fresh isolate costs. */
async function warmUp(url: string, mix: readonly LoadRequest[]): Promise<void> {
  const first = mix.find(({ isGood, init }) => isGood && init.method === "POST");
  if (first) await driveLoad(url, [first], 1, () => undefined);
}
