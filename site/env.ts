/** The message that wakes a consumer for an image. All else about the image stands in D1. */
export interface ImageMessage {
  readonly key: string;
}

/** The bindings of the site's Worker (site/wrangler.toml); its variables are parsed by settings.ts. */
export interface SiteEnv {
  /** The captioner's Worker, by its entrypoint for the owner. */
  readonly CAPTIONER: Fetcher;
  readonly DB: D1Database;
  /** Records of pages and captions, which pages are filled in from. */
  readonly PAGES: KVNamespace;
  readonly IMAGES: Queue<ImageMessage>;
  /** The buckets, by their names in capitals, with _ for -. */
  readonly [bucket: `BUCKET_${string}`]: R2Bucket | undefined;
}
