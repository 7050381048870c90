/**
 * Keeps the files of a service in the browser's Cache API, which keeps large files until the browser
 * needs the space, also for a page that is offline. The HTTP cache drops them earlier, and Chromium's
 * refuses files beyond an eighth of its size. A page without TLS has only the HTTP cache.
 */
export class FileCache {
  readonly #cache: Cache | undefined;

  private constructor(cache: Cache | undefined) {
    this.#cache = cache;
  }

  /** @param owner - the URL of the service's index; each has its own files. */
  static async open(owner: string): Promise<FileCache> {
    // A sandboxed frame has the Cache API and may not use it.
    const cache = await globalThis.caches?.open(`edge-caption ${owner}`).catch(() => undefined);
    return new FileCache(cache);
  }

  find(url: string): Promise<Response | undefined> {
    return this.#cache?.match(url) ?? Promise.resolve(undefined);
  }

  /** Stores a file. A disk without space costs the next download, not the caption. */
  async store(url: string, response: Response): Promise<void> {
    await this.#cache?.put(url, response).catch(() => undefined);
  }

  /** Deletes the files of earlier versions. */
  async keepOnly(urls: ReadonlySet<string>): Promise<void> {
    const requests = (await this.#cache?.keys()) ?? [];
    const old = requests.filter(({ url }) => !urls.has(url));
    await Promise.all(old.map((request) => this.#cache?.delete(request)));
  }
}
