/**
 * The visitor's side of the site's Worker, for measuring: `/filled` is its answer for the origin's
 * page, `/passed` the origin's own. KV is in memory, as its reads take no CPU time of a Worker.
 *
 * @module
 */

import type { SiteEnv } from "../../site/env.ts";
import { serveSite } from "../../site/front.ts";
import { findImages } from "../../site/pages/find-images.ts";
import { pageKey } from "../../site/pages/keys.ts";
import { writePage } from "../../site/pages/records.ts";
import { parseSiteSettings } from "../../site/settings.ts";

const CAPTION = "A brown dog runs along the beach with a stick in its mouth.";

const records = new Map<string, string>();
let reads = 0;

/** Has the records of pages that were written, and a caption for every image. */
const memoryPages = {
  async get(keys: string | string[]) {
    reads++;
    if (typeof keys === "string") return records.get(keys) ?? null;
    return new Map(keys.map((key) => [key, CAPTION]));
  },
  async put(key: string, value: string) {
    records.set(key, value);
  },
} as unknown as KVNamespace;

async function recordImages(url: URL, variables: Readonly<Record<string, unknown>>): Promise<void> {
  const settings = parseSiteSettings(variables);
  const { key } = await pageKey(url, settings);
  const page = await fetch(new URL(url.pathname, settings.ORIGIN));
  const images = (await findImages(page, url, settings)).filter(({ place }) => place === "img");
  await writePage(memoryPages, key, { url: url.href, images: images.map((image) => image.key) });
}

export default {
  async fetch(request, env, context) {
    const url = new URL(request.url);
    const settings = parseSiteSettings({ ...env });
    if (url.pathname === "/health") return new Response();
    if (url.pathname === "/reads") return Response.json(reads);
    if (url.pathname === "/passed") return fetch(new URL("/filled", settings.ORIGIN));
    if (records.size === 0) await recordImages(url, { ...env });
    return serveSite(request, { ...env, PAGES: memoryPages }, settings, context);
  },
} satisfies ExportedHandler<SiteEnv>;
