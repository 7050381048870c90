/** An object in a bucket of R2. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
}

/** Where the site shows the objects of buckets. */
export type PublicUrls = readonly {
  readonly bucket: string;
  /** What an object's URL begins with, up to a slash. */
  readonly base: string;
}[];

/**
 * Returns the URL that stands for an object: the one at which the site shows it, as browsers write it;
 * `r2://bucket/key` if there is none.
 */
export function objectUrl(object: StoredObject, urls: PublicUrls): string {
  const base = urls.find(({ bucket }) => bucket === object.bucket)?.base;
  const shown = base === undefined ? undefined : publicUrl(base, object.key);
  // Some keys have no URL, such as those with `..` in them.
  if (shown !== undefined && isSame(objectOf(shown, urls), object)) return shown;
  return `r2://${object.bucket}/${object.key.split("/").map(encodeURIComponent).join("/")}`;
}

function publicUrl(base: string, key: string): string {
  const url = new URL(base);
  // The parser encodes as browsers do, except for these two.
  url.pathname += key.replace(/[%\\]/g, encodeURIComponent);
  return url.href;
}

function isSame(one: StoredObject | undefined, other: StoredObject): boolean {
  return one?.bucket === other.bucket && one.key === other.key;
}

/** Returns the object that a URL stands for; undefined if it is not in a bucket. */
export function objectOf(url: string, urls: PublicUrls): StoredObject | undefined {
  const [, bucket, path] = /^r2:\/\/([^/]+)\/(.+)$/s.exec(url) ?? [];
  if (bucket !== undefined && path !== undefined) return decoded(bucket, path);
  const shown = urls.find(({ base }) => url.startsWith(base));
  return shown && decoded(shown.bucket, url.slice(shown.base.length).replace(/[?#].*$/s, ""));
}

function decoded(bucket: string, path: string): StoredObject | undefined {
  try {
    return path === "" ? undefined : { bucket, key: decodeURIComponent(path) };
  } catch {
    return undefined;
  }
}
