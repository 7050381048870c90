import { z } from "zod";

/** The most keys that one read of KV takes. */
export const MAX_KEYS = 100;

const pageRecordSchema = z.object({
  url: z.string(),
  images: z.array(z.string()),
  listed: z.array(z.string()).default([]),
});

/** What KV stores of a page. */
export interface PageRecord {
  readonly url: string;
  /** Keys of the images that may be filled in, at most 100. */
  readonly images: readonly string[];
  /** Keys of images that are only listed for review, so that they are reported once. */
  readonly listed?: readonly string[];
}

const pageName = (key: string) => `page:${key}`;
const imageName = (key: string) => `image:${key}`;

/**
 * Reads the record of a page.
 *
 * @param cacheTtl - seconds that a location may serve an older one, at least 30.
 * @returns undefined if there is none that can be used.
 */
export async function readPage(
  kv: KVNamespace,
  key: string,
  cacheTtl?: number,
): Promise<PageRecord | undefined> {
  const text = await kv.get(pageName(key), readOptions(cacheTtl));
  if (text === null) return undefined;
  return pageRecordSchema.safeParse(parseJson(text)).data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Writes the record of a page. KV accepts one write per second to a key. */
export async function writePage(kv: KVNamespace, key: string, record: PageRecord): Promise<void> {
  await kv.put(pageName(key), JSON.stringify(record));
}

/** Deletes the record of a page. */
export async function forgetPage(kv: KVNamespace, key: string): Promise<void> {
  await kv.delete(pageName(key));
}

/**
 * Reads the alternative texts of images in one call.
 *
 * @param keys - the first 100 are read.
 * @param cacheTtl - seconds that a location may serve an older one, at least 30.
 * @returns the texts by key, without images that have none.
 */
export async function readAlts(
  kv: KVNamespace,
  keys: readonly string[],
  cacheTtl?: number,
): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const asked = keys.slice(0, MAX_KEYS);
  const texts = await kv.get(asked.map(imageName), readOptions(cacheTtl));
  return new Map(
    asked.flatMap((key): [string, string][] => {
      const text = texts.get(imageName(key));
      return text ? [[key, text]] : [];
    }),
  );
}

function readOptions(cacheTtl: number | undefined): KVNamespaceGetOptions<"text"> {
  return { type: "text", ...(cacheTtl === undefined ? {} : { cacheTtl }) };
}

/**
 * Publishes the alternative text of an image to all pages that show it, or withdraws it.
 *
 * @param alt - undefined or empty to withdraw.
 */
export async function publishAlt(
  kv: KVNamespace,
  key: string,
  alt: string | undefined,
): Promise<void> {
  if (alt) await kv.put(imageName(key), alt);
  else await kv.delete(imageName(key));
}
