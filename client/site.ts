import type { z } from "zod";
import type {
  Added,
  Forget,
  Forgotten,
  imagesQuerySchema,
  Review,
  SeenBucketAnswer,
  SeenPageAnswer,
  SiteConfidence,
  SiteImage,
  SiteImages,
  SiteStatus,
} from "../core/api/site.ts";
import { readError, readJson, readLines } from "./read-answer.ts";

/** How to reach the Worker in front of a site. */
export interface SiteClientOptions {
  /** The site's URL, such as `https://example.com`. */
  readonly siteUrl: string | URL;
  /** One of the Worker's `REVIEW_KEYS`. Not for pages: every visitor could read it. */
  readonly key: string;
  /** The Worker's `PREFIX`, if it is not the default. */
  readonly prefix?: string;
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/** Which images {@link SiteClient.images} lists. */
export type ImagesQuery = Partial<z.output<typeof imagesQuerySchema>>;

/** A client of the Worker in front of a site. Every method throws {@link CaptionError} for a problem. */
export interface SiteClient {
  /** Counts the images in each state. */
  status(): Promise<SiteStatus>;
  /** Tells how a threshold of confidence divides the captions. */
  confidence(): Promise<SiteConfidence>;
  /** Lists a part of the images, by rising confidence. */
  images(query?: ImagesQuery): Promise<SiteImages>;
  /** Decides about an image; `edit_conflict` if another person has decided since `version`. */
  review(key: string, review: Review): Promise<SiteImage>;
  /** Queues images by their URLs, at most 200. */
  addUrls(urls: readonly string[]): Promise<Added>;
  /** Has the Worker look at a page, and queue its images unless `dryRun` is set. */
  lookAtPage(url: string, options?: { readonly dryRun?: boolean }): Promise<SeenPageAnswer>;
  /**
   * Queues a part of the images of a bucket, unless `dryRun` is set; to be repeated with the answer's
   * `cursor`, if it has one.
   */
  lookAtBucket(
    bucket: string,
    options?: { readonly prefix?: string; readonly cursor?: string; readonly dryRun?: boolean },
  ): Promise<SeenBucketAnswer>;
  /** Returns the picture of an image in a bucket. */
  picture(key: string): Promise<Blob>;
  /** Queues the images that failed again, and returns their number. */
  retryFailed(): Promise<number>;
  /** Queues the images of models before a version again, and returns their number. */
  recaption(olderThan: string): Promise<number>;
  /**
   * Wakes workers for images that are due, and returns their number.
   *
   * @param options.queueIsEmpty - that all messages are lost, as after a restart of the local queue.
   */
  sweep(options?: { readonly queueIsEmpty?: boolean }): Promise<number>;
  /** Deletes all there is about an image, a page or a host; to be repeated while there is `more`. */
  forget(wanted: Forget): Promise<Forgotten>;
  /** Yields all images. */
  export(): AsyncGenerator<SiteImage, void, undefined>;
}

/** Where the Worker's own paths lie, unless its owner sets another `PREFIX`. */
export const DEFAULT_PREFIX = "/.edge-caption/";

/**
 * Creates a client of the Worker in front of a site.
 *
 * @example
 * ```ts
 * const client = createSiteClient({ siteUrl: "https://example.com", key });
 * const { states } = await client.status();
 * ```
 */
export function createSiteClient(options: SiteClientOptions): SiteClient {
  const { siteUrl, key, prefix = DEFAULT_PREFIX, fetch: given } = options;
  const base = new URL(`${prefix}api/`, siteUrl);

  async function request(path: string, method: string, body?: unknown): Promise<Response> {
    const response = await (given ?? globalThis.fetch)(new URL(path, base), {
      method,
      headers: {
        Authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (response.status === 200) return response;
    throw await readError(response);
  }

  async function ask<T>(path: string, method = "GET", body?: unknown): Promise<T> {
    return readJson<T>(await request(path, method, body));
  }

  async function count(path: string, body?: unknown): Promise<number> {
    return (await ask<{ images: number }>(path, "POST", body)).images;
  }

  return {
    status: () => ask("status"),
    confidence: () => ask("confidence"),
    images(query = {}) {
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) search.set(name, String(value));
      return ask(`images?${search}`);
    },
    review: (image, review) => ask(`images/${image}`, "PATCH", review),
    addUrls: (urls) => ask("urls", "POST", { urls }),
    lookAtPage: (url, { dryRun = false } = {}) => ask("pages", "POST", { url, dryRun }),
    lookAtBucket: (bucket, options = {}) => ask("buckets", "POST", { bucket, ...options }),
    picture: async (image) => (await request(`images/${image}/picture`, "GET")).blob(),
    retryFailed: () => count("retry"),
    recaption: (olderThan) => count("recaption", { olderThan }),
    sweep: ({ queueIsEmpty = false } = {}) => count("sweep", { queueIsEmpty }),
    forget: (wanted) => ask("forget", "POST", wanted),
    async *export() {
      yield* readLines<SiteImage>(await request("export", "GET"));
    },
  };
}
