import { Problem } from "../problem.ts";
import type { Deadline } from "./deadline.ts";

export interface ReadLimits {
  readonly maximumBytes: number;
  readonly deadline: Deadline;
  /** Told of bytes as they arrive; slows reading down by waiting, and ends it by throwing. */
  readonly hold?: (bytes: number) => Promise<void>;
}

/**
 * Reads a body to its end, and not a byte further than allowed.
 *
 * What Content-Length promises saves a useless download, but it is only a promise (and, where the
 * platform decompresses, one about something else): bytes are counted as they arrive.
 *
 * The rest of a body that is refused is left alone: a request's must not be cancelled, or its
 * connection may close before the refusal is read. An answer is ended by the signal of its `fetch`.
 *
 * @throws Problem `too_many_bytes`; the deadline's error; whatever the stream fails with
 */
export async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  headers: Headers,
  { maximumBytes, deadline, hold }: ReadLimits,
): Promise<Uint8Array> {
  if (!body) return new Uint8Array();
  if (Number(headers.get("Content-Length") ?? 0) > maximumBytes) throw tooManyBytes(maximumBytes);
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await deadline.race(reader.read());
    if (done) return concatenate(chunks, length);
    length += value.byteLength;
    if (length > maximumBytes) throw tooManyBytes(maximumBytes);
    await hold?.(value.byteLength);
    chunks.push(value);
  }
}

function tooManyBytes(maximum: number): Problem {
  return new Problem(
    "too_many_bytes",
    `A picture may have ${maximum} bytes, and this one has more.`,
  );
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
