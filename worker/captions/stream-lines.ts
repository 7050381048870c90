import { inParallel } from "./in-parallel.ts";

/** Lines of JSON, and when the last of them was written. */
export interface LineStream {
  readonly readable: ReadableStream<Uint8Array>;
  /** Fails when nobody reads on. */
  readonly finished: Promise<void>;
}

/** Writes a line for each item as soon as it is done, `limit` of them being worked on at a time. */
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
