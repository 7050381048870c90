import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { summarize } from "../../bench/measure/statistics.ts";
import { parts } from "../../bench/parts.ts";
import { benchTable } from "../../bench/report/table.ts";

const root = join(import.meta.dirname, "../..");
const bench = (...flags: string[]) =>
  promisify(execFile)(process.execPath, ["cli/bench.ts", ...flags], { cwd: root });

// The command loads every part, and with them TensorFlow.js and wrangler.
describe("npm run bench", { timeout: 120_000 }, () => {
  test("lists its parts", async () => {
    const { stdout } = await bench("--help");
    for (const { name } of parts) expect(stdout).toContain(name);
  });

  test("refuses a part that there is not, with those that there are", async () => {
    const failure = await bench("--only", "captions,nonsense").catch((error) => error);
    expect(failure.code).toBe(1);
    expect(failure.stderr).toMatch(/no part "nonsense": there are captions, .*\[unknown_part\]/);
  });
});

describe("the table", () => {
  const calibration = { value: 5, least: 4, runs: 5 };

  test("gives times in units of the calibration loop as well", () => {
    const figures = [{ what: "a thing", unit: "ms", value: 30, least: 20, runs: 7 } as const];
    const table = benchTable([{ name: "part", title: "A part", figures, calibration }]);
    expect(table).toMatch(/a thing +30 +20 +ms +5 +7$/m);
  });

  test("says why a part could not be measured", () => {
    const part = { name: "part", title: "A part", figures: [], calibration };
    expect(benchTable([{ ...part, absent: "there is no library" }])).toContain(
      "not measured: there is no library",
    );
  });
});

describe("measurements", () => {
  test.each([
    [[3, 1, 2], 2, 1],
    [[4, 1, 2, 3], 2.5, 1],
    [[7], 7, 7],
  ])("of %j have a median and a least", (values, value, least) => {
    expect(summarize(values)).toEqual({ value, least, runs: values.length });
  });
});
