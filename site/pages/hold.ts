import { concatenate } from "../../worker/http/read-bytes.ts";

/** How much of a page is held, and for how long. */
interface HoldLimits {
  readonly maximumBytes: number;
  readonly milliseconds: number;
}

/**
 * Reads the bytes of a page to their end.
 *
 * @param copy - a clone, so that the answer itself can still be passed on as it came.
 * @returns undefined if the page is larger, slower or broken; the clone is then dropped, and no
 *   longer held in memory for it.
 */
export async function hold(
  copy: Response,
  { maximumBytes, milliseconds }: HoldLimits,
): Promise<Uint8Array | undefined> {
  const reader = copy.body?.getReader();
  if (!reader) return undefined;
  let isLate = false;
  const drop = () => reader.cancel().catch(() => undefined);
  // Cancelling ends the reading below as if the page had ended.
  const timer = setTimeout(() => {
    isLate = true;
    void drop();
  }, milliseconds);
  try {
    const bytes = await readUpTo(maximumBytes, reader);
    if (bytes && !isLate) return bytes;
  } catch {
    // The clone of a broken answer breaks as the answer itself does, which the visitor gets.
  } finally {
    clearTimeout(timer);
  }
  await drop();
  return undefined;
}

async function readUpTo(
  maximumBytes: number,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concatenate(chunks, length);
    length += value.byteLength;
    if (length > maximumBytes) return undefined;
    chunks.push(value);
  }
}
