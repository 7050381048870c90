import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { CaptionOrDraft } from "./caption-image.ts";
import { createTable, invalidTable, type TableFormat } from "./table.ts";

/** Where captions are written. */
export interface Output {
  /** The images that an earlier run has captioned. */
  readonly done: ReadonlySet<string>;
  write(caption: CaptionOrDraft): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens standard output, or a file that an earlier run may have begun.
 *
 * @throws {UserError} `invalid_output` when the file holds something else.
 */
export async function openOutput(file: string | undefined, format: TableFormat): Promise<Output> {
  const table = createTable(format);
  if (file === undefined) {
    return {
      done: new Set(),
      async write(caption) {
        process.stdout.write(table.row(caption));
      },
      async close() {},
    };
  }
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, "a+");
  try {
    const text = await readFile(handle, "utf8");
    // An interrupted run may have left a part of a line.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    const done = new Set(pathsIn(whole));
    if (whole !== text) await handle.truncate(Buffer.byteLength(whole));
    return {
      done,
      write: (caption) => handle.appendFile(table.row(caption)),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }

  function pathsIn(text: string): string[] {
    try {
      return table.pathsIn(text);
    } catch (cause) {
      throw invalidTable(file ?? "", format, cause);
    }
  }
}
