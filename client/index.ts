/**
 * A typed client of the caption service, for browsers, Node, Workers and every other runtime with
 * `fetch`. It has no dependencies: the types are those of the schemas that the service validates
 * with.
 *
 * @module
 */

import type { CaptionsLine } from "../core/api/batch.ts";
import type { CaptionAnswer, WithheldAnswer } from "../core/api/caption-answer.ts";
import type { CaptionParameters } from "../core/api/caption-options.ts";
import type { HealthAnswer } from "../core/api/health.ts";
import type { Manifest } from "../core/bundle/manifest.ts";
import { CaptionError } from "./error.ts";
import { readError, readJson, readLines } from "./read-answer.ts";

export type { CaptionsLine } from "../core/api/batch.ts";
export type { CaptionAnswer, WithheldAnswer } from "../core/api/caption-answer.ts";
export type { HealthAnswer } from "../core/api/health.ts";
export type { ProblemCode, ProblemDocument } from "../core/api/problems.ts";
export type {
  Added,
  Forget,
  Forgotten,
  Review,
  SeenBucketAnswer,
  SeenPageAnswer,
  SiteConfidence,
  SiteImage,
  SiteImages,
  SiteProblemCode,
  SiteProblemDocument,
  SiteStatus,
} from "../core/api/site.ts";
export { CaptionError } from "./error.ts";
export {
  createSiteClient,
  DEFAULT_PREFIX,
  type ImagesQuery,
  type SiteClient,
  type SiteClientOptions,
} from "./site.ts";
export type { Manifest };

/** How to reach the service. */
export interface ClientOptions {
  /** The service's URL, such as `https://captions.example`. */
  readonly baseUrl: string | URL;
  /** One of the service's API keys, if it has any. Not for pages: every visitor could read it. */
  readonly key?: string;
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/** The options of a caption; each is described in docs/http.md. */
export type CaptionOptions = CaptionParameters & {
  /** Cancels the request when aborted. */
  readonly signal?: AbortSignal;
};

/** An image: its URL, or its bytes. Not every runtime and server takes a stream as a request's body. */
export type ImageSource =
  | string
  | URL
  | Blob
  | ArrayBuffer
  | Uint8Array<ArrayBuffer>
  | ReadableStream<Uint8Array>;

/** A client of one service. */
export interface Client {
  /**
   * Captions an image.
   *
   * @throws {CaptionError} if the service answers with a problem; whatever `fetch` throws
   */
  caption(
    image: ImageSource,
    options?: CaptionOptions & { readonly min_confidence?: never },
  ): Promise<CaptionAnswer>;
  /**
   * Captions an image; without its caption if that is less sure than `min_confidence`.
   *
   * @throws {CaptionError} if the service answers with a problem; whatever `fetch` throws
   */
  caption(image: ImageSource, options: CaptionOptions): Promise<CaptionAnswer | WithheldAnswer>;
  /**
   * Captions many images on the internet, and yields each line when its image is done. The failure of
   * one image is a line of its own, not an error.
   *
   * @param urls - at most 32, or fewer if the service is configured so.
   * @throws {CaptionError} if the service answers with a problem, or stops before the last line
   */
  captions(
    urls: readonly (string | URL)[],
    options?: CaptionOptions,
  ): AsyncGenerator<CaptionsLine, void, undefined>;
  /**
   * Returns the manifest of the model that writes the captions.
   *
   * @throws {CaptionError} if the service answers with a problem
   */
  model(options?: Pick<CaptionOptions, "signal">): Promise<Manifest>;
  /**
   * Returns the state of the service and its versions.
   *
   * @throws {CaptionError} if the service answers with a problem
   */
  health(options?: Pick<CaptionOptions, "signal">): Promise<HealthAnswer>;
}

/**
 * Creates a client of a service.
 *
 * @example
 * ```ts
 * const client = createClient({ baseUrl: "https://captions.example" });
 * const { caption } = await client.caption("https://example.com/photo.jpg");
 * ```
 */
export function createClient({ baseUrl, key, fetch: given }: ClientOptions): Client {
  const base = new URL(baseUrl);
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  const headers: Record<string, string> =
    key === undefined ? {} : { Authorization: `Bearer ${key}` };

  async function request(
    path: string,
    query: URLSearchParams,
    init: RequestInit,
  ): Promise<Response> {
    const url = new URL(path, base);
    url.search = query.toString();
    const all = { ...init, headers: { ...headers, ...init.headers } };
    // Browsers throw if their `fetch` is called as a method of another object.
    const response = await (given ?? globalThis.fetch)(url, all);
    if (response.status === 200) return response;
    throw await readError(response);
  }

  return {
    async caption(image, options = {}) {
      const query = queryOf(options);
      query.set("format", "json");
      const init: RequestInit = { signal: options.signal ?? null };
      if (typeof image === "string" || image instanceof URL) query.set("url", String(image));
      else
        Object.assign(init, { method: "POST", body: image, headers: BYTES_HEADERS, ...STREAMED });
      const response = await request("caption", query, init);
      return readJson<CaptionAnswer>(response);
    },

    async *captions(urls, options = {}) {
      const response = await request("captions", queryOf(options), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ urls }),
        signal: options.signal ?? null,
      });
      let lines = 0;
      for await (const line of readLines<CaptionsLine>(response)) {
        yield line;
        lines++;
      }
      if (lines === urls.length) return;
      const message = `The answer ended after ${lines} of ${urls.length} images.`;
      throw new CaptionError(message, response);
    },

    async model({ signal } = {}) {
      const response = await request("model", new URLSearchParams(), { signal: signal ?? null });
      return readJson<Manifest>(response);
    },

    async health({ signal } = {}) {
      const response = await request("health", new URLSearchParams(), { signal: signal ?? null });
      return readJson<HealthAnswer>(response);
    },
  };
}

/** Overrides a Blob's own type: a Blob of type JSON would be read as a body that names a URL. */
const BYTES_HEADERS = { "Content-Type": "application/octet-stream" };

/** Browsers and Node demand it of a body that is a stream, and ignore it otherwise. */
const STREAMED = { duplex: "half" };

function queryOf({ signal: _, ...options }: CaptionOptions): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query;
}
