import type { Deadline } from "./deadline.ts";
import { Problem } from "./problem.ts";

/** How much of a body is read, and for how long. */
export interface ReadLimits {
  readonly maximumBytes: number;
  readonly deadline: Deadline;
  /** Called with the bytes of each chunk; slows reading down by waiting, and ends it by throwing. */
  readonly hold?: ((bytes: number) => Promise<void>) | undefined;
}

/**
 * Reads a body to its end, up to a limit.
 *
 * `Content-Length` saves a useless download, but is not trusted (and describes the compressed bytes
 * if the platform decompresses): bytes are counted as they arrive.
 *
 * The rest of a refused body is left unread. A request's body must not be cancelled, or the
 * connection may close before the client reads the refusal; the body of a response ends with the
 * signal of its `fetch`.
 *
 * @throws {Problem} `too_many_bytes`; the deadline's error; the stream's own error
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
  return new Problem("too_many_bytes", `At most ${maximum} bytes are accepted; there are more.`);
}

/** Joins chunks. @param length - of all chunks together, in bytes. */
export function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
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
