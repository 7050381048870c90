import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { summarize } from "../../bench/measure/statistics.ts";
import { parts } from "../../bench/parts.ts";
import { benchTable } from "../../bench/table.ts";

const root = join(import.meta.dirname, "../..");
const bench = (...flags: string[]) =>
  promisify(execFile)(process.execPath, ["cli/bench.ts", ...flags], { cwd: root });

// The command loads all parts, and with them wrangler.
describe("npm run bench", { timeout: 120_000 }, () => {
  test("lists its parts", async () => {
    const { stdout } = await bench("--help");
    for (const { name } of parts) expect(stdout).toContain(name);
  });

  test("refuses an unknown part, and lists the parts", async () => {
    const failure = await bench("--only", "captions,nonsense").catch((error) => error);
    expect(failure.code).toBe(1);
    expect(failure.stderr).toMatch(
      /unknown part "nonsense"; the parts are captions, .*\[unknown_part\]/,
    );
  });
});

describe("the table", () => {
  const calibration = { value: 5, least: 4, runs: 5 };

  test("also gives times in units of the calibration loop", () => {
    const figures = [{ what: "a thing", unit: "ms", value: 30, least: 20, runs: 7 } as const];
    const table = benchTable([{ name: "part", title: "A part", figures, calibration }]);
    expect(table).toMatch(/a thing +30 +20 +ms +5 +7$/m);
  });

  test("gives the reason why a part could not be measured", () => {
    const part = { name: "part", title: "A part", figures: [], calibration };
    expect(benchTable([{ ...part, absent: "the library is missing" }])).toContain(
      "not measured: the library is missing",
    );
  });
});

describe("measurements", () => {
  test.each([
    [[3, 1, 2], 2, 1],
    [[4, 1, 2, 3], 2.5, 1],
    [[7], 7, 7],
  ])("of %j have a median and a minimum", (values, value, least) => {
    expect(summarize(values)).toEqual({ value, least, runs: values.length });
  });
});
