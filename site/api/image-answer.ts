import type { SiteImage } from "../../core/api/site.ts";
import type { ImageRow } from "../store/index.ts";

/** Returns what the API answers with for an image. */
export function siteImageOf({ host: _host, createdAt: _createdAt, ...row }: ImageRow): SiteImage {
  return { ...row, pages: [...row.pages] };
}
