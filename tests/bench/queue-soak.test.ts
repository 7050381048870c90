import { expect, test } from "vitest";
import { complaintsOf } from "../../bench/soak/queue/report.ts";
import { runQueueSoak } from "../../bench/soak/queue/run.ts";

test("no image is lost or captioned twice while all processes are killed two times", async () => {
  const report = await runQueueSoak({ images: 300, kills: 2, real: false, seed: 3 });
  expect(complaintsOf(report)).toEqual([]);
  expect(report.killedAt).toHaveLength(2);
  expect(report.audit.groups).toEqual(
    expect.arrayContaining([
      { state: "captioned", problem: null, count: 285 },
      { state: "low_confidence", problem: null, count: 9 },
      { state: "failed", problem: "broken_image", count: 6 },
    ]),
  );
}, 180_000);
