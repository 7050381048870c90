/**
 * What the owner does to many images at once. A person's decisions stay.
 *
 * @module
 */

/** The most images that one statement changes, so that none takes D1's limit of 30 seconds. */
const SLICE = 5000;

/**
 * Queues all failed images again.
 *
 * @returns how many.
 */
export async function retryFailed(db: D1Database, now: number): Promise<number> {
  return requeue(db, "state = 'failed'", [], now);
}

/**
 * Queues images again that a model before a version has captioned. They keep their text until the new
 * one is there.
 *
 * @param version - such as `2.0.0`.
 * @returns how many.
 */
export async function recaption(db: D1Database, version: string, now: number): Promise<number> {
  const { results } = await db
    .prepare("SELECT DISTINCT model FROM images WHERE model IS NOT NULL")
    .all<{ model: string }>();
  const older = results
    .map(({ model }) => model)
    .filter((model) => isBefore(model.split(" ").at(-1) ?? "", version));
  const condition = `state IN ('captioned', 'low_confidence')
    AND model IN (SELECT value FROM json_each(?2))`;
  return requeue(db, condition, [JSON.stringify(older)], now);
}

function isBefore(version: string, other: string): boolean {
  return version.localeCompare(other, "en", { numeric: true }) < 0;
}

async function requeue(
  db: D1Database,
  condition: string,
  parameters: readonly string[],
  now: number,
): Promise<number> {
  let changed = 0;
  for (;;) {
    const { meta } = await db
      .prepare(
        `UPDATE images SET state = 'queued', attempts = 0, problem = NULL, in_flight = 0,
           due_at = ?1, updated_at = ?1
         WHERE key IN (SELECT key FROM images WHERE ${condition} LIMIT ${SLICE})`,
      )
      .bind(now, ...parameters)
      .run();
    changed += meta.changes;
    if (meta.changes < SLICE) return changed;
  }
}

/** What is to be forgotten: an image or a page by its key, or a host with its images and pages. */
export type Forgotten =
  | { readonly image: string }
  | { readonly page: string }
  | { readonly host: string };

/** The most images that one call forgets: each text that is published takes a call of KV as well. */
const MAXIMUM_FORGOTTEN = 500;

/** The most records of pages that are deleted with an image: a request may call KV 1,000 times. */
const MAXIMUM_PAGES = 400;

/**
 * Deletes what is known of an image, of a page with the images that no other page shows, or of a host.
 *
 * @returns the keys of the deleted images, whose texts are still to be withdrawn. At most 500: call
 *   again until there are none.
 */
export async function forget(db: D1Database, what: Forgotten): Promise<string[]> {
  if ("image" in what) return deleteImages(db, "key = ?1", what.image);
  if ("host" in what) {
    await db
      .prepare(
        `DELETE FROM pages WHERE key IN (
           SELECT key FROM pages WHERE url LIKE 'http://' || ?1 || '/%' OR url LIKE 'https://' || ?1 || '/%'
           LIMIT ${SLICE})`,
      )
      .bind(what.host)
      .run();
    return deleteImages(db, "host = ?1", what.host);
  }
  const onlyThere = `key IN (SELECT image_key FROM page_images WHERE page_key = ?1)
    AND NOT EXISTS (SELECT 1 FROM page_images WHERE image_key = key AND page_key <> ?1)`;
  const keys = await deleteImages(db, onlyThere, what.page);
  if (keys.length < MAXIMUM_FORGOTTEN) {
    await db.prepare("DELETE FROM pages WHERE key = ?1").bind(what.page).run();
  }
  return keys;
}

/**
 * Lists the keys of the pages that show an image, or an image of a host.
 *
 * @returns at most 400 keys.
 */
export async function pagesShowing(
  db: D1Database,
  what: { readonly image: string } | { readonly host: string },
): Promise<string[]> {
  const [column, value] = "image" in what ? ["key", what.image] : ["host", what.host];
  const { results } = await db
    .prepare(
      `SELECT DISTINCT page_key FROM page_images
       WHERE image_key IN (SELECT key FROM images WHERE ${column} = ?1) LIMIT ${MAXIMUM_PAGES}`,
    )
    .bind(value)
    .all<{ page_key: string }>();
  return results.map(({ page_key }) => page_key);
}

async function deleteImages(
  db: D1Database,
  condition: string,
  parameter: string,
): Promise<string[]> {
  const { results } = await db
    .prepare(
      `DELETE FROM images WHERE key IN (
         SELECT key FROM images WHERE ${condition} LIMIT ${MAXIMUM_FORGOTTEN}
       ) RETURNING key`,
    )
    .bind(parameter)
    .all<{ key: string }>();
  return results.map(({ key }) => key);
}
