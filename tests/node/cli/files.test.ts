import { execFile, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  partialPath,
  removeStalePartials,
  writeAtomically,
  writeTogether,
} from "../../../node/cli/files.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "files-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe("writeAtomically", () => {
  test("creates missing folders, and leaves no other files", async () => {
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

  test("says why a missing folder cannot be created", async (context) => {
    if (process.platform !== "linux") context.skip("a folder without write permission is needed");
    const writing = writeAtomically("/sys/nobody/may/report.json", "it");
    await expect(writing).rejects.toMatchObject({
      code: expect.stringMatching(/^E(PERM|ACCES|ROFS)$/),
    });
  });

  test("refuses a folder, and leaves it as it is", async () => {
    const path = join(folder, "out");
    await mkdir(path);
    await expect(writeAtomically(path, "text")).rejects.toMatchObject({ code: "EISDIR" });
    expect(await readdir(folder)).toEqual(["out"]);
  });
});

describe("writeTogether", () => {
  test("replaces all files or none", async () => {
    const [first, second] = [join(folder, "encoder/a"), join(folder, "decoder/b")];
    await writeTogether(
      new Map([
        [first, "old"],
        [second, "old"],
      ]),
    );
    const blocked = join(folder, "encoder/a/below-a-file");
    await expect(
      writeTogether(
        new Map([
          [second, "new"],
          [blocked, "new"],
        ]),
      ),
    ).rejects.toThrow();
    expect(await readFile(first, "utf8")).toBe("old");
    expect(await readFile(second, "utf8")).toBe("old");
    expect(await readdir(folder, { recursive: true })).toHaveLength(4);
  });
});

describe("removeStalePartials", () => {
  test("removes the files of dead processes, and nothing else", async () => {
    // The id of a process that has just ended.
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const mine = partialPath(join(folder, "mine.bin"));
    const dead = mine.replace(`mine.bin.${process.pid}.`, `deep/dead.bin.${pid}.`);
    const deadFolder = mine.replace(`mine.bin.${process.pid}.`, `model.${pid}.`);
    await mkdir(deadFolder, { recursive: true });
    for (const path of [mine, dead, join(folder, "whole.bin"), join(deadFolder, "shard")]) {
      await mkdir(join(path, ".."), { recursive: true });
      await writeFile(path, "bytes");
    }
    await removeStalePartials(folder);
    const left = await readdir(folder, { recursive: true });
    expect(left.sort()).toEqual(["deep", mine.slice(folder.length + 1), "whole.bin"].sort());
  });

  test("does nothing without a folder", async () => {
    await expect(removeStalePartials(join(folder, "absent"))).resolves.toBeUndefined();
  });
});
