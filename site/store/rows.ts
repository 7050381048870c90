import type { Place } from "../image.ts";
import type { Source, State } from "./states.ts";

/** An image of the site, with some of the pages that show it. */
export interface ImageRow {
  readonly key: string;
  readonly url: string;
  readonly host: string;
  readonly state: State;
  /** What pages get; null if nothing. */
  readonly alt: string | null;
  /** The model's own sentence. */
  readonly caption: string | null;
  readonly confidence: number | null;
  /** Name and version of the model. */
  readonly model: string | null;
  /** The code of the last failure. */
  readonly problem: string | null;
  readonly attempts: number;
  /** Grows with each change by a person. */
  readonly version: number;
  readonly source: Source;
  /** Milliseconds since 1970, like the next one. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** At most {@link MAXIMUM_PAGES}. */
  readonly pages: readonly { readonly url: string; readonly place: Place }[];
}

/** Returns what the table has for the host of an image: for one in a bucket without a URL, `r2://bucket`. */
export function hostOf(url: string): string {
  const { protocol, host } = new URL(url);
  return protocol === "r2:" ? `r2://${host}` : host;
}

/** A page of a row may show the image in several places, and each counts. */
const MAXIMUM_PAGES = 10;

/** The columns of a select from `images` that {@link imageRowOf} reads. */
export const IMAGE_COLUMNS = `key, url, host, state, alt, caption, confidence, model, problem, attempts,
  version, source, created_at AS createdAt, updated_at AS updatedAt,
  (SELECT json_group_array(json_object('url', url, 'place', place)) FROM (
     SELECT pages.url, place FROM page_images JOIN pages ON pages.key = page_key
     WHERE image_key = images.key LIMIT ${MAXIMUM_PAGES}
   )) AS pages`;

/** A row as D1 returns it: the pages are JSON. */
export type StoredRow = Omit<ImageRow, "pages"> & { readonly pages: string };

/** Returns an image of a row with {@link IMAGE_COLUMNS}. */
export function imageRowOf({ pages, ...row }: StoredRow): ImageRow {
  return { ...row, pages: JSON.parse(pages) as ImageRow["pages"] };
}

/** Reads an image; undefined if there is none. */
export async function readImage(db: D1Database, key: string): Promise<ImageRow | undefined> {
  const row = await db
    .prepare(`SELECT ${IMAGE_COLUMNS} FROM images WHERE key = ?1`)
    .bind(key)
    .first<StoredRow>();
  return row === null ? undefined : imageRowOf(row);
}
