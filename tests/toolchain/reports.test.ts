import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";

const REPORT = "report.json";

/** A folder with one test file and what vitest reports of it. */
function runTests(source: string, args: string[] = []) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "some.test.ts"), source);
  const vitest = resolve("node_modules/vitest/vitest.mjs");
  const reporters = [resolve("tests/support/not-covered.ts"), "json"];
  const { stdout } = spawnSync(
    process.execPath,
    [
      ...[vitest, "run", "--globals", `--root=${folder}`, `--outputFile.json=${REPORT}`],
      ...reporters.map((reporter) => `--reporter=${reporter}`),
      ...args,
    ],
    { encoding: "utf8", cwd: folder, env: { ...process.env, FORCE_COLOR: "0" } },
  );
  return {
    folder,
    notCovered: stdout.split("\n").filter((line) => line.startsWith("Not covered")),
  };
}

/** The closing line of the checks, and their exit status. */
function countTests(folder: string) {
  const args = [".ci/count-tests.mjs", join(folder, REPORT)];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return { status, line: stdout };
}

const PASSING = `test("one", () => expect(1).toBe(1)); test("two", () => expect(2).toBe(2));`;

test("tests that pass are counted", () => {
  const { folder, notCovered } = runTests(PASSING);
  expect(countTests(folder)).toEqual({ status: 0, line: "2 passed, 0 failed\n" });
  expect(notCovered).toEqual([]);
});

test("tests that fail are counted, and so is a file without tests that fails as a whole", () => {
  const failing = runTests(`${PASSING} test("three", () => expect(3).toBe(4));`);
  expect(countTests(failing.folder)).toEqual({ status: 1, line: "2 passed, 1 failed\n" });
  const broken = runTests(`${PASSING} throw new Error("does not load");`);
  expect(countTests(broken.folder)).toEqual({ status: 1, line: "0 passed, 1 failed\n" });
  const unprepared = runTests(`${PASSING} beforeAll(() => { throw new Error("not prepared"); });`);
  expect(countTests(unprepared.folder)).toEqual({
    status: 1,
    line: "0 passed, 1 failed, 2 skipped\n",
  });
});

test("a run that ends without a report has failed", () => {
  expect(countTests(temporaryFolder())).toEqual({ status: 1, line: "0 passed, 1 failed\n" });
});

test("a run ends with a line for each reason why tests were not run", () => {
  const { folder, notCovered } = runTests(`${PASSING}
    test("three", ({ skip }) => skip("no camera"));
    test("four", ({ skip }) => skip("no camera"));
    test.skip("five", () => {});`);
  expect(notCovered).toEqual([
    "Not covered (no camera): 2 tests of some.test.ts",
    "Not covered (no reason given): 1 test of some.test.ts",
  ]);
  expect(countTests(folder)).toEqual({ status: 0, line: "2 passed, 0 failed, 3 skipped\n" });
});

test("tests that the user did not select are not called uncovered", () => {
  const { notCovered } = runTests(PASSING, ["--testNamePattern=one"]);
  expect(notCovered).toEqual([]);
});
