import type { SeenPage } from "../image.ts";
import type { SiteSettings } from "../settings.ts";
import { hostOf } from "./rows.ts";
import type { Source } from "./states.ts";

/** An image by its key and its URL without resizing parameters. */
export interface KeyedImage {
  readonly key: string;
  readonly url: string;
}

/**
 * Adds images that are not known yet, in state `queued`, and records which page shows which images.
 * Images of the page that are not among `images` and not known are left out of the record.
 *
 * @param page - undefined where no page is known to show the images.
 * @returns the keys of those that are new.
 */
export async function addSeen(
  db: D1Database,
  page: SeenPage | undefined,
  images: readonly KeyedImage[],
  source: Source,
  now: number,
): Promise<string[]> {
  const rows = images.map(({ key, url }) => ({ key, url, host: hostOf(url) }));
  const [added] = await db.batch<{ key: string }>([
    db
      .prepare(
        `INSERT INTO images (key, url, host, state, due_at, source, created_at, updated_at)
         SELECT value ->> 'key', value ->> 'url', value ->> 'host', 'queued', ?2, ?3, ?2, ?2
         FROM json_each(?1) WHERE true
         ON CONFLICT (key) DO NOTHING RETURNING key`,
      )
      .bind(JSON.stringify(rows), now, source),
    ...(page ? pageStatements(db, page, now) : []),
  ]);
  return (added?.results ?? []).map(({ key }) => key);
}

function pageStatements(db: D1Database, page: SeenPage, now: number): D1PreparedStatement[] {
  const images = JSON.stringify(page.images);
  return [
    db
      .prepare(
        `INSERT INTO pages (key, url, seen_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (key) DO UPDATE SET url = ?2, seen_at = ?3`,
      )
      .bind(page.key, page.url, now),
    db
      .prepare(
        `DELETE FROM page_images WHERE page_key = ?1 AND (image_key, place) NOT IN
           (SELECT value ->> 'key', value ->> 'place' FROM json_each(?2))`,
      )
      .bind(page.key, images),
    db
      .prepare(
        `INSERT OR IGNORE INTO page_images (page_key, image_key, place)
         SELECT ?1, value ->> 'key', value ->> 'place' FROM json_each(?2)
         WHERE value ->> 'key' IN (SELECT key FROM images)`,
      )
      .bind(page.key, images),
    db
      .prepare(
        `INSERT INTO hosts (host, own) VALUES (?1, 1)
         ON CONFLICT (host) DO UPDATE SET own = 1 WHERE own = 0`,
      )
      .bind(new URL(page.url).host),
  ];
}

/** Returns those of the keys that no image has yet. */
export async function findNew(db: D1Database, keys: readonly string[]): Promise<string[]> {
  if (keys.length === 0) return [];
  const { results } = await db
    .prepare(
      "SELECT value AS key FROM json_each(?1) WHERE value NOT IN (SELECT key FROM images) ORDER BY id",
    )
    .bind(JSON.stringify(keys))
    .all<{ key: string }>();
  return results.map(({ key }) => key);
}

/**
 * Counts new images of a visit against the limits of the hour and the day (UTC).
 *
 * @param wanted - how many new images the visit has found.
 * @returns how many of them may be queued; those are counted.
 */
export async function countNewVisits(
  db: D1Database,
  { NEW_PER_HOUR, NEW_PER_DAY }: Pick<SiteSettings, "NEW_PER_HOUR" | "NEW_PER_DAY">,
  wanted: number,
  now: number,
): Promise<number> {
  if (wanted <= 0) return 0;
  const time = new Date(now).toISOString();
  const hour = `hour:${time.slice(0, 13)}`;
  const day = `day:${time.slice(0, 10)}`;
  const granted = `SELECT max(0, min(?3, ?4 - h.count, ?5 - d.count)) AS count
    FROM counters AS h, counters AS d WHERE h.window = ?1 AND d.window = ?2`;
  const parameters = [hour, day, wanted, NEW_PER_HOUR, NEW_PER_DAY];
  // A batch is a transaction: both statements with `granted` see the same counts.
  const [, counted] = await db.batch<{ count: number }>([
    db
      .prepare(
        "INSERT INTO counters (window, count) VALUES (?1, 0), (?2, 0) ON CONFLICT DO NOTHING",
      )
      .bind(hour, day),
    db.prepare(granted).bind(...parameters),
    db
      .prepare(
        `UPDATE counters SET count = counters.count + granted.count FROM (${granted}) AS granted
         WHERE window IN (?1, ?2)`,
      )
      .bind(...parameters),
  ]);
  return counted?.results[0]?.count ?? 0;
}
