import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** Streams the lines of a text file without blank ones. */
export async function* readLines(path: string): AsyncGenerator<string> {
  let first = true;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    // Some programs write a byte order mark.
    const text = first ? line.replace(/^\uFEFF/, "") : line;
    first = false;
    if (text.trim() !== "") yield text;
  }
}

/** Length of the excerpt of a faulty line, in characters. */
const EXCERPT_LENGTH = 80;

/** Shortens a faulty line for an example. */
export function excerpt(line: string): string {
  return line.slice(0, EXCERPT_LENGTH);
}
