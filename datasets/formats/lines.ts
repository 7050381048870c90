import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** The lines of a text file that are not blank, one after the other. */
export async function* readLines(path: string): AsyncGenerator<string> {
  let first = true;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    // A mark at the start of the file, which some programs write.
    const text = first ? line.replace(/^\uFEFF/, "") : line;
    first = false;
    if (text.trim() !== "") yield text;
  }
}

/** As much of a line as is shown of one that is wrong. */
export function excerpt(line: string): string {
  return line.slice(0, 80);
}
