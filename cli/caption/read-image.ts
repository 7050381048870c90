import { readFile } from "node:fs/promises";
import { UserError } from "../../core/errors.ts";
import { systemErrorText } from "../../node/cli/system-errors.ts";

const DOWNLOAD_MS = 60_000;

/** Tells whether an argument is a URL and not a path. */
export function isUrl(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

/**
 * Reads an image's bytes from a file or from the web.
 *
 * @throws {UserError} `unreadable_file` or `unreachable_url`
 */
export function readImage(path: string): Promise<Uint8Array> {
  return isUrl(path) ? download(path) : read(path);
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const text = `${path}: the file cannot be read: ${systemErrorText(cause)}.`;
    throw new UserError("unreadable_file", text, { cause });
  }
}

async function download(url: string): Promise<Uint8Array> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_MS) });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    throw new Error(`the server answered ${response.status}`);
  } catch (cause) {
    const text = `${url}: the image cannot be downloaded: ${reasonOf(cause)}.`;
    throw new UserError("unreachable_url", text, { cause });
  }
}

/** `fetch` gives the reason of a failed connection in its error's cause only. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `it took longer than ${DOWNLOAD_MS / 1000} s`;
  return error.cause instanceof Error ? reasonOf(error.cause) : systemErrorText(error);
}
