import { inParallel } from "./in-parallel.ts";

/** Lines of JSON as they are written. */
interface LineStream {
  readonly readable: ReadableStream<Uint8Array>;
  /** Resolves after the last line; rejects when the client stops reading. */
  readonly finished: Promise<void>;
}

/** Writes a line for each item as soon as it is done; works on `limit` items at a time. */
export function streamLines<T>(
  items: readonly T[],
  limit: number,
  lineOf: (item: T, index: number) => Promise<unknown>,
): LineStream {
  const lines = new TransformStream<string, string>();
  const writer = lines.writable.getWriter();
  const written = inParallel(items, limit, async (item, index) => {
    await writer.write(`${JSON.stringify(await lineOf(item, index))}\n`);
  });
  const finished = written.then(
    () => writer.close(),
    async (reason) => {
      await writer.abort(reason);
      throw reason;
    },
  );
  return { readable: lines.readable.pipeThrough(new TextEncoderStream()), finished };
}
