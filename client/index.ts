/**
 * A typed client of the caption service, for browsers, Node, Workers and wherever else there is
 * `fetch`. It loads nothing: its types are those of the schemas that the service validates with.
 *
 * @module
 */

import type { CaptionsLine } from "../core/api/batch.ts";
import type { CaptionAnswer } from "../core/api/caption-answer.ts";
import type { OptionsQuery } from "../core/api/caption-options.ts";
import type { Manifest } from "../core/bundle/manifest.ts";
import { CaptionError } from "./error.ts";
import { readError, readJson, readLines } from "./read-answer.ts";

export type { CaptionsLine } from "../core/api/batch.ts";
export type { CaptionAnswer } from "../core/api/caption-answer.ts";
export type { ProblemCode, ProblemDocument } from "../core/api/problems.ts";
export { CaptionError } from "./error.ts";
export type { Manifest };

export interface ClientOptions {
  /** Where the service is, such as `https://captions.example`. */
  readonly baseUrl: string | URL;
  /** One of the service's API keys, where it has any. Not for pages: whoever visits could read it. */
  readonly key?: string;
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/** What may be asked of a caption: by default, the best one by greedy search. */
export interface CaptionOptions
  extends Readonly<Partial<Pick<OptionsQuery, "beam" | "alternatives" | "max_length">>> {
  /** Whether to say, for each word, where in the picture the model looked. */
  readonly attention?: boolean;
  /** Gives up the request when aborted. */
  readonly signal?: AbortSignal;
}

/** A picture: where it is, or its bytes. */
export type Picture = string | URL | Blob | ArrayBuffer | Uint8Array<ArrayBuffer>;

export interface Client {
  /**
   * Captions a picture.
   *
   * @throws CaptionError if the service answers with a problem; whatever `fetch` throws
   */
  caption(picture: Picture, options?: CaptionOptions): Promise<CaptionAnswer>;
  /**
   * Captions many pictures of the internet, in the order in which they are done; one's failure is
   * a line of its own, not an error.
   *
   * @param urls - at most 32, or fewer where the service is set so.
   * @throws CaptionError if the service answers with a problem, or ends before the last line
   */
  captions(
    urls: readonly (string | URL)[],
    options?: CaptionOptions,
  ): AsyncGenerator<CaptionsLine, void, undefined>;
  /**
   * The manifest of the model that writes the captions.
   *
   * @throws CaptionError if the service answers with a problem
   */
  model(options?: Pick<CaptionOptions, "signal">): Promise<Manifest>;
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

  async function ask(path: string, query: URLSearchParams, init: RequestInit): Promise<Response> {
    const url = new URL(path, base);
    url.search = query.toString();
    const all = { ...init, headers: { ...headers, ...init.headers } };
    // Looked up at each request, and called on nothing: browsers' own insists on both.
    const response = await (given ?? globalThis.fetch)(url, all);
    if (response.status === 200) return response;
    throw await readError(response);
  }

  return {
    async caption(picture, options = {}) {
      const query = queryOf(options);
      query.set("format", "json");
      const init: RequestInit = { signal: options.signal ?? null };
      if (typeof picture === "string" || picture instanceof URL) query.set("url", String(picture));
      else Object.assign(init, { method: "POST", body: picture, headers: bytesHeaders });
      const response = await ask("caption", query, init);
      return readJson<CaptionAnswer>(response);
    },

    async *captions(urls, options = {}) {
      const response = await ask("captions", queryOf(options), {
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
      const message = `The answer ended after ${lines} of ${urls.length} pictures.`;
      throw new CaptionError(message, response);
    },

    async model({ signal } = {}) {
      const response = await ask("model", new URLSearchParams(), { signal: signal ?? null });
      return readJson<Manifest>(response);
    },
  };
}

/** Else a Blob's own type would say what the bytes are, and JSON is read as something else. */
const bytesHeaders = { "Content-Type": "application/octet-stream" };

function queryOf({ signal: _, ...options }: CaptionOptions): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query;
}
