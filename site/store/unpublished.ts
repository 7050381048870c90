/** The text of an image as D1 has it. */
export interface StoredAlt {
  readonly key: string;
  readonly alt: string | null;
}

/**
 * Lists images whose text is not published as it is.
 *
 * @param keys - those to look at; undefined for all.
 */
export async function findUnpublished(
  db: D1Database,
  keys: readonly string[] | undefined,
  limit: number,
): Promise<StoredAlt[]> {
  const among = keys === undefined ? "?1 IS NULL" : "key IN (SELECT value FROM json_each(?1))";
  const { results } = await db
    .prepare(`SELECT key, alt FROM images WHERE published = 0 AND ${among} LIMIT ?2`)
    .bind(keys === undefined ? null : JSON.stringify(keys), limit)
    .all<StoredAlt>();
  return results;
}

/**
 * Records what has been published. A text that has changed meanwhile counts as not published, even if
 * someone else has published it since: the older text may have arrived last.
 */
export async function markPublished(db: D1Database, texts: readonly StoredAlt[]): Promise<void> {
  if (texts.length === 0) return;
  await db
    .prepare(
      `UPDATE images SET published = (images.alt IS r.alt)
       FROM (SELECT value ->> 'key' AS key, value ->> 'alt' AS alt FROM json_each(?1)) AS r
       WHERE images.key = r.key`,
    )
    .bind(JSON.stringify(texts))
    .run();
}
