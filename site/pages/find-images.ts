import type { SeenImage } from "../image.ts";
import { charsetOf } from "../rewrite/charset.ts";
import { surveyImages } from "../rewrite/survey.ts";
import type { SiteSettings } from "../settings.ts";
import { isCaptioned } from "./is-captioned.ts";
import { imageKey, type Keyed } from "./keys.ts";

/** The longest URL of an image, in characters, as the captioner's default has it. */
const MAX_URL_LENGTH = 2048;

/** The settings that decide which images of a page count. */
export type ImageSettings = Pick<
  SiteSettings,
  "IMAGE_HOSTS" | "PUBLIC_URLS" | "RESIZE_PARAMETERS" | "SKIP_SELECTOR"
>;

/** An image of a page that is held, with the places where its text may be filled in. */
export interface PageImage extends SeenImage {
  /** Which `img` elements without `alt` show it, from 0; none unless `place` is `img`. */
  readonly ordinals: readonly number[];
}

/** The images of a page. */
export interface PageImages {
  /** The number of `img` elements, with or without alternative text. */
  readonly total: number;
  /** Those without, each once for each kind of place. */
  readonly lacking: readonly PageImage[];
}

/** Holds a page that has arrived whole. */
export class HeldPage {
  readonly bytes: Uint8Array;
  readonly #charset: string;

  /** @param contentType - of the page's answer. */
  constructor(bytes: Uint8Array, contentType: string) {
    this.bytes = bytes;
    this.#charset = charsetOf(bytes, contentType);
  }

  /** Returns the page for the rewriter, which reads the charset from `Content-Type` alone. */
  response(): Response {
    const headers = { "Content-Type": `text/html; charset=${this.#charset}` };
    return new Response(this.bytes, { headers });
  }

  /** Tells whether a browser writes all of the page's URLs in UTF-8. */
  get isUtf8(): boolean {
    return /^utf-?8$/.test(this.#charset);
  }
}

/**
 * Lists the images without alternative text that a page shows, without rewriting it.
 *
 * @throws {TypeError} where the rewriter refuses the page.
 */
export async function findImages(
  html: Response,
  pageUrl: URL,
  settings: ImageSettings,
): Promise<SeenImage[]> {
  const bytes = new Uint8Array(await html.arrayBuffer());
  const page = new HeldPage(bytes, html.headers.get("Content-Type") ?? "");
  const { lacking } = await listImages(page, pageUrl, settings);
  return lacking.map(({ key, url, place }) => ({ key, url, place }));
}

/**
 * Lists the images of a page with their keys.
 *
 * @throws {TypeError} where the rewriter refuses the page.
 */
export async function listImages(
  page: HeldPage,
  pageUrl: URL,
  settings: ImageSettings,
): Promise<PageImages> {
  const { base, total, found } = await surveyImages(page.response(), settings.SKIP_SELECTOR);
  const baseUrl = (base !== undefined && URL.parse(base, pageUrl)) || pageUrl;
  const keys = new Map<string, Promise<Keyed>>();
  const lacking = new Map<string, PageImage & { ordinals: number[] }>();
  for (const { source, place, ordinal } of found) {
    const url = imageUrl(source, baseUrl, page);
    if (!url || !isCaptioned(url, pageUrl, settings)) continue;
    const keyed = keys.get(url.href) ?? imageKey(url, settings);
    keys.set(url.href, keyed);
    const { key, url: plain } = await keyed;
    const name = `${place} ${key}`;
    const image = lacking.get(name) ?? { key, url: plain, place, ordinals: [] };
    if (place === "img" && ordinal !== undefined) image.ordinals.push(ordinal);
    lacking.set(name, image);
  }
  return { total, lacking: [...lacking.values()] };
}

/** Returns undefined for what is not an image's public address, or not surely the one a browser uses. */
function imageUrl(source: string, base: URL, { isUtf8 }: HeldPage): URL | undefined {
  // Browsers write a query in the page's own charset.
  if (!isUtf8 && /\?[^#]*[^\0-\x7f]/.test(source)) return undefined;
  const url = URL.parse(source, base);
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  if (url.username !== "" || url.password !== "") return undefined;
  return url.href.length > MAX_URL_LENGTH ? undefined : url;
}
