import type { BrowserIndex } from "../core/api/browser-index.ts";
import type { FileCache } from "./cache.ts";
import { CaptionerError } from "./error.ts";

/** How far a download is. */
export interface DownloadProgress {
  readonly loadedBytes: number;
  /** Known from the start. Servers compress some files: these are the bytes after decompression. */
  readonly totalBytes: number;
}

/** A file to download. */
export interface RemoteFile {
  /** What the thread calls it: its name in the model, or else its role. */
  readonly name: string;
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Lists the files that captioning needs, without the script that a page loads itself. */
export function filesOf(index: BrowserIndex, indexUrl: string): RemoteFile[] {
  const parts = index.files.filter(({ role }) => role !== "captioner");
  return [...parts.map(({ role, ...file }) => ({ name: role, ...file })), ...index.modelFiles].map(
    ({ name, path, bytes, sha256 }) => ({
      name,
      url: new URL(path, indexUrl).href,
      bytes,
      sha256,
    }),
  );
}

interface DownloadOptions {
  readonly cache: FileCache;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DownloadProgress) => void;
}

/**
 * Finds files in the cache, and downloads the others at once.
 *
 * @throws {CaptionerError} `model_unavailable`; the signal's reason
 */
export async function download(
  files: readonly RemoteFile[],
  { cache, signal, onProgress }: DownloadOptions,
): Promise<Record<string, ArrayBuffer>> {
  const found = await Promise.all(files.map((file) => findFile(file, cache)));
  const missing = files.filter((_, index) => found[index] === undefined);
  const totalBytes = missing.reduce((sum, { bytes }) => sum + bytes, 0);
  let loadedBytes = 0;
  onProgress({ loadedBytes, totalBytes });
  const failure = new AbortController();
  const fetching = files.map(async (file, index) => {
    const bytes = found[index];
    if (bytes) return [file.name, bytes] as const;
    const either = AbortSignal.any([signal, failure.signal]);
    const fetched = await fetchFile(file, either, (more) => {
      loadedBytes += more;
      onProgress({ loadedBytes, totalBytes });
    });
    await cache.store(file.url, fetched.response);
    return [file.name, fetched.bytes] as const;
  });
  try {
    return Object.fromEntries(await Promise.all(fetching));
  } catch (error) {
    failure.abort();
    signal.throwIfAborted();
    throw error;
  }
}

/** Sums up the bytes that are not in the cache. */
export async function missingBytes(
  files: readonly RemoteFile[],
  cache: FileCache,
): Promise<number> {
  const missing = files.map(async ({ url, bytes }) => ((await cache.find(url)) ? 0 : bytes));
  return (await Promise.all(missing)).reduce((sum, bytes) => sum + bytes, 0);
}

async function findFile(file: RemoteFile, cache: FileCache): Promise<ArrayBuffer | undefined> {
  const bytes = await (await cache.find(file.url))?.arrayBuffer();
  return bytes?.byteLength === file.bytes ? bytes : undefined;
}

interface Fetched {
  readonly bytes: ArrayBuffer;
  /** The same, with the server's headers, for the cache. */
  readonly response: Response;
}

async function fetchFile(
  file: RemoteFile,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<Fetched> {
  const unavailable = (why: string, cause?: unknown) =>
    new CaptionerError("model_unavailable", `${file.url} ${why}`, { cause });
  try {
    const response = await fetch(file.url, { signal, credentials: "omit" });
    if (!response.ok)
      throw unavailable(`answered with status ${response.status}: reload the page.`);
    const bytes = await readAll(response, file.bytes, onBytes);
    if (!(await isIntact(bytes, file))) throw unavailable("is damaged: its hash is another.");
    const headers = new Headers(response.headers);
    headers.delete("Content-Encoding");
    return { bytes, response: new Response(bytes, { headers }) };
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof CaptionerError) throw cause;
    throw unavailable("could not be downloaded. Are you online?", cause);
  }
}

async function readAll(
  response: Response,
  size: number,
  onBytes: (bytes: number) => void,
): Promise<ArrayBuffer> {
  const whole = new Uint8Array(size);
  const reader = response.body?.getReader();
  let at = 0;
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    // A file that is too long is damaged, as its hash will tell.
    whole.set(read.value.subarray(0, size - at), at);
    at += read.value.byteLength;
    onBytes(read.value.byteLength);
  }
  return at === size ? whole.buffer : whole.buffer.slice(0, 0);
}

/** Pages without TLS have no `crypto.subtle`; the size is all that they can check. */
async function isIntact(bytes: ArrayBuffer, { bytes: size, sha256 }: RemoteFile): Promise<boolean> {
  if (bytes.byteLength !== size) return false;
  if (globalThis.crypto?.subtle === undefined) return true;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const digits = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0"));
  return digits.join("") === sha256;
}
