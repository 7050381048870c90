/**
 * Changes of many images at once. Decisions of people stay.
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
