import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

/** An empty folder that is gone when the running test has ended. */
export function temporaryFolder(): string {
  const { folder, remove } = makeFolder();
  onTestFinished(remove);
  return folder;
}

/** An empty folder that is gone when all tests of the file, or of the `describe`, have ended. */
export function sharedFolder(): string {
  const { folder, remove } = makeFolder();
  afterAll(remove);
  return folder;
}

function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), "edge-caption-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
