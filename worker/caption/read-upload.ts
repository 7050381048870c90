import { UserError } from "../../core/errors.ts";
import { Deadline } from "../fetch-image/deadline.ts";
import { readBytes } from "../fetch-image/read-bytes.ts";
import { Problem } from "../problem.ts";
import type { Settings } from "../settings.ts";

/**
 * Reads the picture in a request's own body. What the request calls it does not matter (curl's
 * `--data-binary` calls everything a form): its bytes will tell.
 *
 * @throws Problem `empty_body`, `too_many_bytes`, `upload_timeout`, `upload_interrupted`
 */
export async function readUpload(request: Request, settings: Settings): Promise<Uint8Array> {
  const late = new Problem(
    "upload_timeout",
    `The body did not arrive in ${settings.UPLOAD_MS} ms.`,
  );
  const deadline = new Deadline(settings.UPLOAD_MS, late, request.signal);
  const limits = { maximumBytes: settings.MAX_BYTES, deadline };
  try {
    const bytes = await readBytes(request.body, request.headers, limits);
    if (bytes.byteLength > 0) return bytes;
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    if (request.signal.aborted)
      throw new Problem("client_gone", "Nobody waits any more.", { cause });
    throw new Problem("upload_interrupted", "The request's body ended early.", { cause });
  } finally {
    deadline.clear();
  }
  throw new Problem("empty_body", "Send the picture's bytes as the request's body.");
}
