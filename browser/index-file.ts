import type { BrowserIndex } from "../core/api/browser-index.ts";
import type { FileCache } from "./cache.ts";
import { CaptionerError } from "./error.ts";

/**
 * Reads the index of a service; offline, the last one whose files were all downloaded.
 *
 * @param url - of the index.
 * @throws {CaptionerError} `model_unavailable`
 */
export async function readIndex(
  url: string,
  cache: FileCache,
  signal: AbortSignal | undefined,
): Promise<BrowserIndex> {
  const response = await fetchIndex(url, cache, signal);
  if (response.ok) {
    const index = await response.json().catch(() => undefined);
    // The rest of the answer is trusted to be what the service promises.
    if (index?.schema === 1) return index;
  }
  throw new CaptionerError(
    "model_unavailable",
    `${url} is not the index of a captioner: it answered with status ${response.status}. Is the route turned off, or does the URL lack "/model/"?`,
  );
}

async function fetchIndex(
  url: string,
  cache: FileCache,
  signal: AbortSignal | undefined,
): Promise<Response> {
  try {
    return await fetch(url, { signal: signal ?? null, credentials: "omit" });
  } catch (cause) {
    signal?.throwIfAborted();
    const stored = await cache.find(url);
    if (stored) return stored;
    throw new CaptionerError("model_unavailable", `${url} cannot be reached. Are you online?`, {
      cause,
    });
  }
}
