import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes a whole file or none: beside its place first, flushed to the disk, then renamed into it.
 * Whoever reads the path sees the old bytes or the new ones, even when the process is killed.
 *
 * What is no file is written to as it stands: a rename would put a file in the place of a pipe, or
 * of /dev/null, for the whole machine.
 */
export async function writeAtomically(path: string, data: string | Uint8Array): Promise<void> {
  if (await isSpecial(path)) return writeFile(path, data);
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${randomUUID()}.partial`;
  try {
    const file = await open(beside, "w");
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function isSpecial(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile();
}
