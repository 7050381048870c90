import { gunzipSync } from "node:zlib";
import { DOMParser } from "linkedom";
import { UserError } from "../../core/errors.ts";
import { readUrl } from "./connect.ts";

/** The limit of a sitemap, in bytes after decompression, as sitemaps.org has it. */
const MAXIMUM_BYTES = 50 << 20;

/** The most sitemaps that an index may lead to, as sitemaps.org has it. */
const MAXIMUM_SITEMAPS = 50_000;

/** What a sitemap lists. */
export interface SitemapContent {
  /** Pages without images of their own in the sitemap, which must be visited. */
  readonly pages: readonly string[];
  /** Images that the sitemap names. */
  readonly images: readonly string[];
}

/**
 * Reads a sitemap, or an index and all sitemaps that it names; plain or gzip.
 *
 * @throws {UserError} `unreadable_sitemap`
 */
export async function readSitemap(url: string): Promise<SitemapContent> {
  const pages = new Set<string>();
  const images = new Set<string>();
  const known = new Set([readUrl(url).href]);
  for (const sitemap of known) {
    const document = parse(await fetchText(sitemap), sitemap);
    for (const entry of document.querySelectorAll("sitemap")) {
      const [location] = locations(entry, "loc");
      if (location !== undefined && known.size < MAXIMUM_SITEMAPS) known.add(location);
    }
    for (const entry of document.querySelectorAll("url")) {
      const named = locations(entry, "image:loc");
      for (const image of named) images.add(image);
      const [page] = locations(entry, "loc");
      if (page !== undefined && named.length === 0) pages.add(page);
    }
  }
  return { pages: [...pages], images: [...images] };
}

type Document = ReturnType<InstanceType<typeof DOMParser>["parseFromString"]>;

type Entry = NonNullable<Document["documentElement"]>;

function parse(text: string, url: string): Document {
  const document = new DOMParser().parseFromString(text, "text/xml");
  const root = document.documentElement?.tagName ?? "";
  if (root === "urlset" || root === "sitemapindex") return document;
  throw new UserError("unreadable_sitemap", `${url} is not a sitemap: it has no urlset.`);
}

/** Returns the valid URLs in the elements of a name. */
function locations(entry: Entry, name: string): string[] {
  return [...entry.getElementsByTagName(name)].flatMap(({ textContent }) => {
    const url = URL.parse(textContent?.trim() ?? "");
    return url && /^https?:$/.test(url.protocol) ? [url.href] : [];
  });
}

async function fetchText(url: string): Promise<string> {
  const bytes = await download(url);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return new TextDecoder().decode(
      isGzip ? gunzipSync(bytes, { maxOutputLength: MAXIMUM_BYTES }) : bytes,
    );
  } catch (cause) {
    throw new UserError("unreadable_sitemap", `${url} cannot be decompressed.`, { cause });
  }
}

async function download(url: string): Promise<Uint8Array> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new UserError("unreadable_sitemap", `${url} cannot be fetched.`, { cause });
  });
  if (!response.ok) {
    const text = `${url} answers with status ${response.status}.`;
    throw new UserError("unreadable_sitemap", text);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.byteLength <= MAXIMUM_BYTES) return bytes;
  throw new UserError("unreadable_sitemap", `${url} is larger than ${MAXIMUM_BYTES >> 20} MiB.`);
}
