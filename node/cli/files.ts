import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { systemErrorText } from "./system-errors.ts";

/**
 * Writes a file that the user named.
 *
 * @throws {UserError} `unwritable_file`
 */
export async function writeOutput(path: string, data: string | Uint8Array): Promise<void> {
  try {
    await writeAtomically(path, data);
  } catch (cause) {
    const text = `${path} cannot be written: ${systemErrorText(cause)}.`;
    throw new UserError("unwritable_file", text, { cause });
  }
}

/**
 * Writes a whole file or none: to a temporary file in the same folder, flushed to the disk, then renamed.
 * A reader sees the old or the new content, even if the process is killed.
 *
 * Pipes and devices are written to directly, as a rename would replace them by a file.
 */
export async function writeAtomically(path: string, data: string | Uint8Array): Promise<void> {
  if (await isSpecial(path)) return writeFile(path, data);
  await writeTogether(new Map([[path, data]]));
}

/**
 * Writes files that belong together: all of them to temporary files, then one rename after the other, so
 * that old and new files are mixed only as long as the renames take.
 */
export async function writeTogether(
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<void> {
  const writes = [...files].map(([path, data]) => ({ path, data, temporary: partialPath(path) }));
  try {
    for (const { path, data, temporary } of writes) {
      await makeFolder(dirname(path));
      await writeFlushed(temporary, data);
    }
    for (const { path, temporary } of writes) await rename(temporary, path);
  } catch (error) {
    // Errors of the cleanup are ignored: the first error has the reason.
    for (const { temporary } of writes) await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    // EEXIST means a file in the folder's place, which readdir reports more clearly, as ENOTDIR.
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

/** Returns the path of a temporary file, whose name holds the id of this process. */
export function partialPath(path: string): string {
  return `${path}.${process.pid}.${randomUUID()}.partial`;
}

const partialName = /\.(?<pid>\d+)\.[0-9a-f-]+\.partial$/;

/** Removes the temporary files of ended processes from a folder and its subfolders. */
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
    // The process of another user is alive, too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
