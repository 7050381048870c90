import { sha256 } from "../../worker/http/digest.ts";
import { objectOf, objectUrl, type StoredObject } from "../buckets/object-url.ts";
import type { SiteSettings } from "../settings.ts";

/** A URL as it is stored, and its key. */
export interface Keyed {
  /** The first 32 hexadecimal digits of the SHA-256 of what tells it from others. */
  readonly key: string;
  readonly url: string;
}

const KEY_DIGITS = 32;

/** Returns a page's key and URL: without fragment, and with the parameters alone that the owner keeps. */
export function pageKey(
  page: URL,
  { PAGE_PARAMETERS }: Pick<SiteSettings, "PAGE_PARAMETERS">,
): Promise<Keyed> {
  const kept = keepParameters(page, (name) => PAGE_PARAMETERS.includes(name));
  // Two orders of the same parameters are the same page.
  kept.search = kept.search.slice(1).split("&").toSorted().join("&");
  return keyed(kept);
}

/**
 * Returns the key and URL of an image in a bucket, which are those of the image on the pages that show it.
 */
export async function objectKey(
  object: StoredObject,
  { PUBLIC_URLS }: Pick<SiteSettings, "PUBLIC_URLS">,
): Promise<Keyed> {
  const url = objectUrl(object, PUBLIC_URLS);
  return { key: await keyOf(url), url };
}

/**
 * Returns an image's key, of its URL without parameters that only resize, and its URL with them, as some
 * servers of resized images refuse to answer without a size.
 */
export async function imageKey(
  image: URL,
  settings: Pick<SiteSettings, "PUBLIC_URLS" | "RESIZE_PARAMETERS">,
): Promise<Keyed> {
  const object = objectOf(image.href, settings.PUBLIC_URLS);
  if (object) return objectKey(object, settings);
  const { RESIZE_PARAMETERS } = settings;
  const { key } = await keyed(keepParameters(image, (name) => !RESIZE_PARAMETERS.includes(name)));
  return { key, url: keepParameters(image, () => true).href };
}

/** Parameters that stay are not written anew, as a signature may depend on how they are written. */
function keepParameters(url: URL, isKept: (name: string) => boolean): URL {
  const kept = new URL(url);
  kept.hash = "";
  kept.hostname = kept.hostname.replace(/\.+$/, "");
  const parameters = url.search.slice(1).split("&");
  kept.search = parameters
    .filter((parameter) => isKept([...new URLSearchParams(parameter).keys()][0] ?? ""))
    .join("&");
  return kept;
}

async function keyed({ href: url }: URL): Promise<Keyed> {
  return { key: await keyOf(url), url };
}

async function keyOf(url: string): Promise<string> {
  return (await sha256(url)).slice(0, KEY_DIGITS);
}
