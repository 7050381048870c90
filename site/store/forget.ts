/** What is to be forgotten: an image or a page by its key, or a host with its images and pages. */
export type Unwanted =
  | { readonly image: string }
  | { readonly page: string }
  | { readonly host: string };

/** What one call has deleted from D1, and what KV still has of it. */
export interface Forgotten {
  /** Keys of images whose texts are to be withdrawn. */
  readonly images: readonly string[];
  /** Keys of pages whose records are to be deleted: an image in a record would not be queued again. */
  readonly pages: readonly string[];
  /** Whether to call again. */
  readonly more: boolean;
}

/** An invocation may call KV 1,000 times, once for each page and each image. */
const MAXIMUM_PAGES = 400;
const MAXIMUM_IMAGES = 500;

/** Deletes an image, a page with the images that no other page shows, or a host. */
export async function forget(db: D1Database, unwanted: Unwanted): Promise<Forgotten> {
  if ("page" in unwanted) return forgetPage(db, unwanted.page);
  const [column, value] = "image" in unwanted ? ["key", unwanted.image] : ["host", unwanted.host];
  const pages = await unlink(db, column, value);
  if ("host" in unwanted && pages.length < MAXIMUM_PAGES) {
    pages.push(...(await deletePages(db, unwanted.host, MAXIMUM_PAGES - pages.length)));
  }
  // Images go last: without them, nothing would lead to the pages that are left.
  if (pages.length >= MAXIMUM_PAGES) return { images: [], pages, more: true };
  const images = await deleteImages(db, `${column} = ?1`, value);
  return { images, pages, more: images.length >= MAXIMUM_IMAGES };
}

async function forgetPage(db: D1Database, page: string): Promise<Forgotten> {
  const onlyThere = `key IN (SELECT image_key FROM page_images WHERE page_key = ?1)
    AND NOT EXISTS (SELECT 1 FROM page_images WHERE image_key = key AND page_key <> ?1)`;
  const images = await deleteImages(db, onlyThere, page);
  if (images.length >= MAXIMUM_IMAGES) return { images, pages: [], more: true };
  await db.prepare("DELETE FROM pages WHERE key = ?1").bind(page).run();
  return { images, pages: [page], more: false };
}

/** Deletes which pages show images. Returns a key for each deleted row. */
async function unlink(db: D1Database, column: string, value: string): Promise<string[]> {
  const { results } = await db
    .prepare(
      `DELETE FROM page_images WHERE (page_key, image_key, place) IN (
         SELECT page_key, image_key, place FROM page_images
         WHERE image_key IN (SELECT key FROM images WHERE ${column} = ?1) LIMIT ${MAXIMUM_PAGES}
       ) RETURNING page_key AS key`,
    )
    .bind(value)
    .all<{ key: string }>();
  return results.map(({ key }) => key);
}

async function deletePages(db: D1Database, host: string, limit: number): Promise<string[]> {
  const { results } = await db
    .prepare(
      `DELETE FROM pages WHERE key IN (
         SELECT key FROM pages WHERE url LIKE 'http://' || ?1 || '/%' OR url LIKE 'https://' || ?1 || '/%'
         LIMIT ?2
       ) RETURNING key`,
    )
    .bind(host, limit)
    .all<{ key: string }>();
  return results.map(({ key }) => key);
}

async function deleteImages(db: D1Database, condition: string, value: string): Promise<string[]> {
  const { results } = await db
    .prepare(
      `DELETE FROM images WHERE key IN (
         SELECT key FROM images WHERE ${condition} LIMIT ${MAXIMUM_IMAGES}
       ) RETURNING key`,
    )
    .bind(value)
    .all<{ key: string }>();
  return results.map(({ key }) => key);
}
