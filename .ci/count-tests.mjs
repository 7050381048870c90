// node count-tests.mjs REPORT: prints what vitest's JSON report counts, in one line; exit status 1
// where anything failed or nothing ran.
import { existsSync, readFileSync } from "node:fs";

/** Vitest writes its report at the end: without one it did not get there. */
const CRASHED = { success: false, numPassedTests: 0, numFailedTests: 1, testResults: [] };

const path = process.argv[2] ?? "";
const report = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : CRASHED;
// A file that does not load, or fails before its first test, has no failed test to count.
const broken = report.testResults.filter(
  ({ status, assertionResults }) =>
    status === "failed" && assertionResults.every((test) => test.status !== "failed"),
);
const passed = report.numPassedTests;
const failed = report.numFailedTests + broken.length;
const skipped = (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = report.success && failed === 0 && passed > 0 ? 0 : 1;
