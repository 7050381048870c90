/**
 * The captioner in a page: it downloads a service's model once, and captions images in a Web Worker of
 * the page, with the same sentences as the service. No image leaves the page.
 *
 * @example
 * ```ts
 * const captioner = await createCaptioner({ model: "https://captions.example/model/" });
 * const { caption } = await captioner.caption(file);
 * ```
 *
 * @module
 */
import type { BrowserIndex } from "../core/api/browser-index.ts";
import type { CaptionParameters } from "../core/api/caption-options.ts";
import { untilAborted } from "./abort.ts";
import { FileCache } from "./cache.ts";
import {
  type DownloadProgress,
  download,
  filesOf,
  missingBytes,
  type RemoteFile,
} from "./download.ts";
import { CaptionerError } from "./error.ts";
import { type ImageSource, readImage } from "./image.ts";
import { readIndex } from "./index-file.ts";
import type { BrowserAnswer, WithheldBrowserAnswer } from "./messages.ts";
import { SharedWork } from "./shared-work.ts";
import { Thread } from "./thread.ts";

export type { DownloadProgress } from "./download.ts";
export { CaptionerError, type CaptionerErrorCode } from "./error.ts";
export type { ImageSource } from "./image.ts";
export type { BrowserAnswer, WithheldBrowserAnswer } from "./messages.ts";

/** Where the model comes from. */
export interface CaptionerOptions {
  /** The URL of a service's index, such as `https://captions.example/model/`. */
  readonly model: string | URL;
  /** Called when a download starts, with its size, and while it goes on. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Cancels reading the index. */
  readonly signal?: AbortSignal;
}

/** The options of a caption; docs/http.md describes each. */
export type CaptionOptions = CaptionParameters & {
  /** Stops waiting for the caption, and for the download if no other call waits for it. */
  readonly signal?: AbortSignal;
};

/** Captions images in the page. */
export interface Captioner {
  readonly model: { readonly name: string; readonly version: string };
  /** The bytes that the first caption will download: 0 if the browser has all files. */
  readonly downloadBytes: number;
  /**
   * Downloads and loads the model, which the first caption does otherwise.
   *
   * @throws {CaptionerError} `model_unavailable`, `closed`; the signal's reason
   */
  load(options?: Pick<CaptionOptions, "signal">): Promise<void>;
  /**
   * Captions an image. The sentence about a file or a URL is the service's; about an image that the
   * browser has decoded it is mostly the same.
   *
   * @throws {CaptionerError} the service's codes; the signal's reason
   */
  caption(
    image: ImageSource,
    options?: CaptionOptions & { readonly min_confidence?: never },
  ): Promise<BrowserAnswer>;
  /**
   * Captions an image; without its caption if that is less sure than `min_confidence`.
   *
   * @throws {CaptionerError} the service's codes; the signal's reason
   */
  caption(
    image: ImageSource,
    options: CaptionOptions,
  ): Promise<BrowserAnswer | WithheldBrowserAnswer>;
  /** Ends the thread and frees its memory; what is under way fails with `closed`. */
  close(): void;
}

/**
 * Creates a captioner. Reads only the service's index, some kilobytes: the model is downloaded by
 * {@link Captioner.load} or the first caption, and kept by the browser.
 *
 * @throws {CaptionerError} `model_unavailable`, `invalid_url`; the signal's reason
 */
export async function createCaptioner(options: CaptionerOptions): Promise<Captioner> {
  const { model, onProgress = () => undefined, signal } = options;
  const url = URL.parse(model, document.baseURI)?.href;
  if (!url) throw new CaptionerError("invalid_url", `"${model}" is not a URL.`);
  const cache = await FileCache.open(url);
  const index = await readIndex(url, cache, signal);
  const files = filesOf(index, url);
  const downloadBytes = await missingBytes(files, cache);
  const closing = new AbortController();
  const loading = new SharedWork(async (aborted) => {
    const either = AbortSignal.any([aborted, closing.signal]);
    const downloaded = await download(files, { cache, signal: either, onProgress });
    // Not earlier: offline, an index without its files would be of no use.
    await cache.store(url, Response.json(index));
    await cache.keepOnly(new Set([url, ...files.map((file) => file.url)]));
    return startThread(index, files, downloaded, either);
  });
  return {
    model: index.model,
    downloadBytes,
    async load({ signal } = {}) {
      await loading.wait(signal);
    },
    async caption(image: ImageSource, { signal, ...parameters }: CaptionOptions = {}) {
      closing.signal.throwIfAborted();
      const read = readImage(image, index.limits.pixels, signal);
      // A failure shows where the image is needed.
      read.catch(() => undefined);
      const thread = await loading.wait(signal);
      const given = await untilAborted(read, signal);
      const bytes = "bytes" in given ? given.bytes : given.samples;
      const answer = await thread.ask(
        { caption: { image: given, options: parameters } },
        [bytes],
        signal,
      );
      // The thread answers so only to aborted requests.
      if (!answer) throw new CaptionerError("closed", "The captioner did not answer.");
      // A caption is withheld only if the options ask for it, as the overloads say.
      return answer as BrowserAnswer;
    },
    close() {
      closing.abort(new CaptionerError("closed", "The captioner was closed."));
    },
  };
}

async function startThread(
  index: BrowserIndex,
  files: readonly RemoteFile[],
  { thread: script = new ArrayBuffer(), ...downloaded }: Record<string, ArrayBuffer>,
  signal: AbortSignal,
): Promise<Thread> {
  signal.throwIfAborted();
  const url = files.find(({ name }) => name === "thread")?.url ?? "";
  const thread = new Thread(url, script);
  signal.addEventListener("abort", () => thread.end(signal.reason), { once: true });
  const load = { index, files: downloaded };
  try {
    await thread.ask({ load }, Object.values(downloaded));
  } catch (error) {
    thread.end(new CaptionerError("model_unavailable", "The model could not be loaded."));
    throw error;
  }
  return thread;
}
