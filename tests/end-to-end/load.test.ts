import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { hasProcessCounts } from "../../bench/measure/process.ts";
import { judgeLoad } from "../../bench/soak/load/judge.ts";
import { type LoadReport, runLoad } from "../../bench/soak/load/run.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";

// `npm run load` is the same with 2,000 requests and the released model.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const folder = sharedFolder();
let report: LoadReport;

beforeEach((context) => {
  context.skip(!hasProcessCounts(), "the load's memory is read from /proc, which only Linux has");
});

beforeAll(async () => {
  if (!hasProcessCounts()) return;
  await writeToyBundle(folder);
  report = await runLoad({ requests: 200, connections: 32, model: folder });
});

test("under load every request gets its right answer, some after a retry", () => {
  const { wrong, kinds } = judgeLoad(report);
  expect(wrong).toEqual([]);
  expect(kinds.length).toBeGreaterThan(10);
  expect(report.results).toHaveLength(200);
});

test("only 503 overloaded is retried, and rarely for good requests", () => {
  for (const { tries } of report.results) {
    for (const failed of tries.slice(0, -1)) expect(failed).toBe("503 overloaded");
  }
  expect(judgeLoad(report).goodAtFirstTry).toBeGreaterThanOrEqual(95);
});

test("memory does not grow", () => {
  expect(report.memory).toHaveLength(4);
  expect(judgeLoad(report).memoryGrowth).toBeLessThan(1.15);
});
