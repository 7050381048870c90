import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { partialPath } from "../../node/cli/files.ts";

/**
 * Reads rows of equal size from a file, in any order: images or features that need not fit in memory.
 *
 * Rows that are read often stay in the operating system's page cache.
 */
export class RowFile {
  readonly rows: number;
  readonly rowBytes: number;
  readonly #descriptor: number;

  private constructor(descriptor: number, rows: number, rowBytes: number) {
    this.#descriptor = descriptor;
    this.rows = rows;
    this.rowBytes = rowBytes;
  }

  /** Opens a file; returns undefined if there is none of exactly that size. */
  static openIfComplete(path: string, rows: number, rowBytes: number): RowFile | undefined {
    let descriptor: number;
    try {
      descriptor = openSync(path, "r");
    } catch {
      return undefined;
    }
    if (fstatSync(descriptor).size === rows * rowBytes)
      return new RowFile(descriptor, rows, rowBytes);
    closeSync(descriptor);
    return undefined;
  }

  /** Reads rows into one buffer, in the order given. */
  read(rows: readonly number[]): Uint8Array {
    const bytes = new Uint8Array(rows.length * this.rowBytes);
    for (const [index, row] of rows.entries()) {
      readSync(this.#descriptor, bytes, index * this.rowBytes, this.rowBytes, row * this.rowBytes);
    }
    return bytes;
  }

  /** Closes the file. */
  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Writes a row file, which gets its name once it is complete. */
export async function writeRows(path: string, batches: AsyncIterable<Uint8Array>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = partialPath(path);
  try {
    const file = await open(partial, "w");
    try {
      for await (const batch of batches) await file.write(batch);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
