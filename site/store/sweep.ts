import { STATE_AFTER_FAILURE } from "./lease.ts";

/**
 * Queues images again whose lease has run out. An image that has stopped its workers too often fails
 * as `interrupted`.
 */
export async function takeBackExpired(
  db: D1Database,
  maximumAttempts: number,
  now: number,
): Promise<void> {
  await db
    .prepare(
      `UPDATE images SET
         state = CASE WHEN attempts < ?1 THEN 'queued' ELSE ${STATE_AFTER_FAILURE} END,
         problem = 'interrupted', lease = NULL, in_flight = 0, due_at = ?2, updated_at = ?2
       WHERE state = 'leased' AND due_at <= ?2`,
    )
    .bind(maximumAttempts, now)
    .run();
}

/** Forgets messages that should have arrived before a time. Most likely the queue has lost them. */
export async function forgetMessages(db: D1Database, arrivedBefore: number): Promise<void> {
  await db
    .prepare(
      "UPDATE images SET in_flight = 0 WHERE in_flight > 0 AND in_flight < ?1 AND state = 'queued'",
    )
    .bind(arrivedBefore)
    .run();
}

/** A host with images that wait for a message. */
export interface WaitingHost {
  readonly host: string;
  /** How many of its images have a message in the queue. */
  readonly inFlight: number;
}

/** The most hosts that one sweep looks at: each is a query, of which an invocation has 1,000. */
const MAXIMUM_HOSTS = 500;

/** Lists hosts with images that wait for a message, in the order of their names. */
export async function waitingHosts(db: D1Database): Promise<WaitingHost[]> {
  const next = "SELECT min(host) FROM images WHERE state = 'queued' AND in_flight = 0";
  // Steps from host to host in the index, as there may be millions of images.
  const { results } = await db
    .prepare(
      `WITH RECURSIVE waiting (host) AS (
         ${next}
         UNION ALL
         SELECT (${next} AND host > waiting.host) FROM waiting WHERE waiting.host IS NOT NULL
         LIMIT ${MAXIMUM_HOSTS}
       )
       SELECT host, (SELECT count(*) FROM images WHERE in_flight > 0 AND host = waiting.host) AS inFlight
       FROM waiting WHERE host IS NOT NULL`,
    )
    .all<WaitingHost>();
  return results;
}

/** Counts the images that have a message in the queue. */
export async function countInFlight(db: D1Database): Promise<number> {
  const row = await db
    .prepare("SELECT count(*) AS count FROM images WHERE in_flight > 0")
    .first<{ count: number }>();
  return row?.count ?? 0;
}

/** An image that is to get a message. */
export interface DueImage {
  readonly key: string;
  readonly dueAt: number;
}

/**
 * Marks images of some hosts as having a message, those first that are due first.
 *
 * @param shares - how many images each host may have in the queue in addition.
 * @param horizon - only images that are due by then.
 * @returns the images that messages are to be sent for.
 */
export async function markInFlight(
  db: D1Database,
  shares: ReadonlyMap<string, number>,
  horizon: number,
  now: number,
): Promise<DueImage[]> {
  if (shares.size === 0) return [];
  const statement = db.prepare(
    `UPDATE images SET in_flight = max(due_at, ?4) WHERE key IN (
       SELECT key FROM images
       WHERE state = 'queued' AND in_flight = 0 AND host = ?1 AND due_at <= ?3
       ORDER BY due_at LIMIT ?2
     ) RETURNING key, due_at AS dueAt`,
  );
  const marked = await db.batch<DueImage>(
    [...shares].map(([host, share]) => statement.bind(host, share, horizon, now)),
  );
  return marked.flatMap(({ results }) => results);
}

/** Marks images as having no message in the queue. */
export async function unmarkInFlight(db: D1Database, keys: readonly string[]): Promise<void> {
  await db
    .prepare(
      `UPDATE images SET in_flight = 0
       WHERE key IN (SELECT value FROM json_each(?1)) AND state = 'queued'`,
    )
    .bind(JSON.stringify(keys))
    .run();
}

/** Deletes counts of hours, days and minutes that have passed long since. */
export async function deleteOldCounts(db: D1Database, now: number): Promise<void> {
  const before = new Date(now - 2 * 86_400_000).toISOString();
  await db
    .prepare("DELETE FROM counters WHERE substr(window, instr(window, ':') + 1) < ?1")
    .bind(before.slice(0, 10))
    .run();
}
