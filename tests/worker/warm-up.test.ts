import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { calibrate } from "../../bench/measure/calibration.ts";
import { hasProcessCounts, mainThreadMilliseconds } from "../../bench/measure/process.ts";
import { warmUpGraph } from "../../convert/warm-up-graph.ts";
import { releasedModel } from "../../node/released-model.ts";
import { startWorkerd } from "../../node/workerd.ts";
import { readOnnx, writeOnnx } from "../../onnx/index.ts";

const FILE = join(import.meta.dirname, "../../worker/model/warm-up.onnx");

/** CPU time in milliseconds that Cloudflare allows a Worker's start. */
const LIMIT_MS = 1000;
/** The calibration loop's time, in milliseconds, on the machine of bench/README.md's results. */
const LOOP_MS = 4;

describe("the graph that a Worker runs while it starts", () => {
  test("is the one that npm run warm-up writes", async () => {
    expect(new Uint8Array(await readFile(FILE))).toEqual(writeOnnx(warmUpGraph()));
  });

  test("has every operation of the released graphs", async () => {
    const operations = await Promise.all(
      ["encoder.onnx", "decoder.onnx"].map((name) => operationsOf(join(releasedModel, name))),
    );
    const warmed = await operationsOf(FILE);
    const missing = operations.flatMap((names) => [...names].filter((name) => !warmed.has(name)));
    expect(missing).toEqual([]);
  });
});

test.runIf(hasProcessCounts())(
  "a Worker's start takes less than half of what Cloudflare allows",
  async () => {
    const loop = calibrate().least;
    const own = Math.min(await startTime(), await startTime(), await startTime());
    const empty = await startTime(join(import.meta.dirname, "../support/workers/empty.ts"));
    expect(((own - empty) / loop) * LOOP_MS).toBeLessThan(LIMIT_MS / 2);
  },
  180_000,
);

/** Returns the CPU time of workerd's main thread until the first answer, in milliseconds. */
async function startTime(entry?: string): Promise<number> {
  const options = entry === undefined ? {} : { entry };
  const service = await startWorkerd({ bundle: releasedModel, ...options });
  const time = mainThreadMilliseconds(service.pid);
  await service.stop();
  return time;
}

async function operationsOf(file: string): Promise<Set<string>> {
  const { graph } = readOnnx(await readFile(file));
  return new Set(graph?.node.map(({ opType }) => opType));
}
