import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { pick } from "stream-json/filters/pick.js";
import { streamValues } from "stream-json/streamers/stream-values.js";
import { UserError } from "../../core/errors.ts";

/**
 * The same text in memory of its own: what the parser cuts out of a piece of the file goes on holding
 * that piece, and the captions of a data set would hold the whole of it.
 */
export function ownMemory(text: string): string {
  return Buffer.from(text).toString();
}

/**
 * The items of the arrays that an object in a JSON file holds under these names, one after the other:
 * never more than one of them is in memory.
 *
 * @throws UserError `invalid_json`
 */
export async function* jsonItems(
  path: string,
  arrays: readonly string[],
): AsyncGenerator<Record<string, unknown>> {
  const filter = new RegExp(`^(${arrays.join("|")})\\.\\d+$`);
  const items = pipeline(
    createReadStream(path),
    // Whole values only: the pieces of long strings are of no use here.
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
    throw new UserError("invalid_json", `${path} is no JSON, or ends too early: ${reason}.`, {
      cause,
    });
  }
}
