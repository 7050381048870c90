import { hostOf } from "./rows.ts";

/** An image in a bucket, as the bucket has it now. */
export interface KeyedObject {
  readonly key: string;
  readonly url: string;
  /** Tells the object from an earlier one of the same name. */
  readonly etag: string;
}

const UNDECIDED = "images.state NOT IN ('approved', 'edited', 'decorative')";

/** Holds for a row that has a caption of an unknown object, found on a page: it is taken for the present one. */
const UNKNOWN = "images.etag IS NULL AND images.caption IS NOT NULL";

/**
 * Queues images in buckets that are not known, or whose objects have been replaced. What a person decided
 * stays.
 *
 * @returns the keys of those that are queued.
 */
export async function addObjects(
  db: D1Database,
  objects: readonly KeyedObject[],
  now: number,
): Promise<string[]> {
  const rows = JSON.stringify(objects.map((object) => ({ ...object, host: hostOf(object.url) })));
  const [, added] = await db.batch<{ key: string }>([
    db
      .prepare(
        `UPDATE images SET etag = r.etag
         FROM (SELECT value ->> 'key' AS key, value ->> 'etag' AS etag FROM json_each(?1)) AS r
         WHERE images.key = r.key AND ${UNKNOWN}`,
      )
      .bind(rows),
    db
      .prepare(
        `INSERT INTO images (key, url, host, state, due_at, source, etag, created_at, updated_at)
         SELECT value ->> 'key', value ->> 'url', value ->> 'host', 'queued', ?2, 'bucket',
           value ->> 'etag', ?2, ?2
         FROM json_each(?1) WHERE true
         ON CONFLICT (key) DO UPDATE SET etag = excluded.etag, state = 'queued', attempts = 0,
           problem = NULL, lease = NULL, in_flight = 0, due_at = ?2, updated_at = ?2
         WHERE images.etag IS NOT excluded.etag AND ${UNDECIDED}
         RETURNING key`,
      )
      .bind(rows, now),
  ]);
  return (added?.results ?? []).map(({ key }) => key);
}

/** Counts the images that {@link addObjects} would queue. */
export async function countNewObjects(
  db: D1Database,
  objects: readonly KeyedObject[],
): Promise<number> {
  const row = await db
    .prepare(
      `SELECT count(*) AS count FROM json_each(?1) AS r
       LEFT JOIN images ON images.key = r.value ->> 'key'
       WHERE images.key IS NULL
         OR (images.etag IS NOT r.value ->> 'etag' AND ${UNDECIDED} AND NOT (${UNKNOWN}))`,
    )
    .bind(JSON.stringify(objects))
    .first<{ count: number }>();
  return row?.count ?? 0;
}

/** Tells whether there is an image that no person has decided about. */
export async function isUndecided(db: D1Database, key: string): Promise<boolean> {
  const statement = db.prepare(`SELECT 1 FROM images WHERE key = ?1 AND ${UNDECIDED}`);
  return (await statement.bind(key).first()) !== null;
}
