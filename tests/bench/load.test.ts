import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("npm run load shows its progress, and passes on the released model", async () => {
  const args = ["cli/load.ts", "--requests", "6", "--connections", "2"];
  // A wrong answer gives exit status 1, by which the call rejects.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  expect(stderr).toMatch(/^load 3\/6 requests/m);
  expect(stderr).toMatch(/^load 6\/6 requests/m);
  expect(stdout).toContain("Requests with a wrong final outcome: 0");
}, 180_000);
