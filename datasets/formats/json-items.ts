import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { pick } from "stream-json/filters/pick.js";
import { streamValues } from "stream-json/streamers/stream-values.js";
import { UserError } from "../../core/errors.ts";

/**
 * Copies a text, because a slice by the parser keeps the whole chunk of the file in memory, and the
 * captions of a data set would keep the whole file.
 */
export function ownMemory(text: string): string {
  return Buffer.from(text).toString();
}

/**
 * Streams the items of arrays in a JSON file, one at a time.
 *
 * @param arrays - names of the arrays in the file's object.
 * @throws {UserError} `invalid_json`
 */
export async function* jsonItems(
  path: string,
  arrays: readonly string[],
): AsyncGenerator<Record<string, unknown>> {
  const filter = new RegExp(`^(${arrays.join("|")})\\.\\d+$`);
  const items = pipeline(
    createReadStream(path),
    // Whole values only, no pieces of long strings.
    pick.withParserAsStream({ filter, packValues: true, streamValues: false }),
    streamValues.asStream(),
    () => {},
  );
  try {
    for await (const { value } of items as AsyncIterable<{ value: unknown }>) {
      if (typeof value === "object" && value !== null) yield value as Record<string, unknown>;
    }
  } catch (cause) {
    if (cause instanceof Error && "syscall" in cause) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError("invalid_json", `${path} is not JSON, or is truncated: ${reason}.`, {
      cause,
    });
  }
}
