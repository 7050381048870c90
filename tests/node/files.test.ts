import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeAtomically } from "../../node/files.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "files-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe("writeAtomically", () => {
  test("makes the folders on the way, and leaves nothing else there", async () => {
    const path = join(folder, "a/b/report.json");
    await writeAtomically(path, "first");
    await writeAtomically(path, Uint8Array.from([50]));
    expect(await readFile(path, "utf8")).toBe("2");
    expect(await readdir(join(folder, "a/b"))).toEqual(["report.json"]);
  });

  test.skipIf(process.platform === "win32")("writes into a pipe, which stays a pipe", async () => {
    const path = join(folder, "pipe");
    await promisify(execFile)("mkfifo", [path]);
    const [read] = await Promise.all([readFile(path, "utf8"), writeAtomically(path, "through")]);
    expect(read).toBe("through");
    expect((await stat(path)).isFIFO()).toBe(true);
  });

  test("refuses a folder, and leaves it as it is", async () => {
    const path = join(folder, "out");
    await mkdir(path);
    await expect(writeAtomically(path, "text")).rejects.toMatchObject({ code: "EISDIR" });
    expect(await readdir(folder)).toEqual(["out"]);
  });
});
