import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Writes a whole file or none: beside its place first, flushed to the disk, then renamed into it.
 * Whoever reads the path sees the old bytes or the new ones, even when the process is killed.
 *
 * What is no file is written to as it stands: a rename would put a file in the place of a pipe, or
 * of /dev/null, for the whole machine.
 */
export async function writeAtomically(path: string, data: string | Uint8Array): Promise<void> {
  if (await isSpecial(path)) return writeFile(path, data);
  await writeTogether(new Map([[path, data]]));
}

/**
 * Writes files that belong together: all of them beside their places first, then one rename after
 * the other, so that old and new ones stand side by side for no longer than the renames take.
 */
export async function writeTogether(
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<void> {
  const places = [...files].map(([path, data]) => ({ path, data, beside: partialPath(path) }));
  try {
    for (const { path, data, beside } of places) {
      await makeFolder(dirname(path));
      await writeFlushed(beside, data);
    }
    for (const { path, beside } of places) await rename(beside, path);
  } catch (error) {
    // What cannot be cleaned up was not written either: the first error says why.
    for (const { beside } of places) await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    // Of a file in the folder's place the system says that it exists; this says that it is no folder.
    if (error instanceof Error && "code" in error && error.code === "EEXIST") await readdir(path);
    throw error;
  }
}

async function writeFlushed(path: string, data: string | Uint8Array): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function isSpecial(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile();
}

/** Where something stands until it is whole; the name says which process is at work on it. */
export function partialPath(path: string): string {
  return `${path}.${process.pid}.${randomUUID()}.partial`;
}

const partialName = /\.(?<pid>\d+)\.[0-9a-f-]+\.partial$/;

/** Removes what processes that were killed left half written in a folder, and below it. */
export async function removeStalePartials(directory: string): Promise<void> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  for (const name of names) {
    const pid = Number(partialName.exec(name)?.groups?.pid ?? Number.NaN);
    if (Number.isInteger(pid) && !isAlive(pid)) {
      await rm(join(directory, name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else's is alive too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
