import type { SiteEnv } from "../env.ts";
import { type Forgotten, forget, type Unwanted } from "../store/forget.ts";
import { forgetPage, publishAlt } from "./records.ts";

/** Deletes an image, a page or a host from D1, and from KV what pages are filled in from. */
export async function forgetEverywhere(
  { DB, PAGES }: Pick<SiteEnv, "DB" | "PAGES">,
  unwanted: Unwanted,
): Promise<Forgotten> {
  const forgotten = await forget(DB, unwanted);
  for (const key of forgotten.pages) await forgetPage(PAGES, key);
  for (const key of forgotten.images) await publishAlt(PAGES, key, undefined);
  return forgotten;
}
