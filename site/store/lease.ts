import type { SiteProblem } from "./states.ts";

/** An image that may be worked on. */
export interface WaitingImage {
  readonly key: string;
  readonly url: string;
  readonly host: string;
  /** The code of the last failure. */
  readonly problem: string | null;
}

/** An image that a worker has. No other worker takes it until the lease ends. */
export interface LeasedImage extends WaitingImage {
  /** How often workers have taken it, this time included. */
  readonly attempts: number;
}

/** What a model has written for an image. */
export interface WrittenCaption {
  readonly key: string;
  readonly caption: string;
  readonly confidence: number | null;
  /** Whether the confidence suffices to fill the caption in. */
  readonly sure: boolean;
  /** Name and version. */
  readonly model: string;
  /** Of an image in a bucket: that of the object whose bytes were read. */
  readonly etag: string | null;
}

/** Why an image got no caption. */
export interface Failure {
  readonly key: string;
  /** The problem's code. */
  readonly problem: string;
  /** When to try again, in milliseconds since 1970; null if the failure is final. */
  readonly retryAt: number | null;
}

/** A message may arrive a moment before its image is due. */
const EARLY_MS = 1000;

/** The state after a final failure: an image that has an earlier model's caption keeps it. */
export const STATE_AFTER_FAILURE = `CASE WHEN caption IS NULL THEN 'failed'
  WHEN alt IS NULL THEN 'low_confidence' ELSE 'captioned' END`;

/** Returns those of the images that are queued and due. */
export async function findDue(
  db: D1Database,
  keys: readonly string[],
  now: number,
): Promise<WaitingImage[]> {
  const { results } = await db
    .prepare(
      `SELECT key, url, host, problem FROM images
       WHERE key IN (SELECT value FROM json_each(?1)) AND state = 'queued' AND due_at <= ?2`,
    )
    .bind(JSON.stringify(keys), now + EARLY_MS)
    .all<WaitingImage>();
  return results;
}

/**
 * Leases images to a worker. An image that another worker has taken meanwhile is left out.
 *
 * @param lease - identifies the worker's call.
 * @param until - when the lease ends, in milliseconds since 1970.
 */
export async function lease(
  db: D1Database,
  keys: readonly string[],
  lease: string,
  until: number,
): Promise<LeasedImage[]> {
  const { results } = await db
    .prepare(
      `UPDATE images SET state = 'leased', lease = ?2, due_at = ?3, attempts = attempts + 1
       WHERE key IN (SELECT value FROM json_each(?1)) AND state = 'queued'
       RETURNING key, url, host, problem, attempts`,
    )
    .bind(JSON.stringify(keys), lease, until)
    .all<LeasedImage>();
  return results;
}

/**
 * Writes captions of images that the worker still has. Others have been taken by another worker, or a
 * person has decided about them.
 *
 * @returns the keys of the images that have changed.
 */
export async function finish(
  db: D1Database,
  lease: string,
  captions: readonly WrittenCaption[],
  now: number,
): Promise<string[]> {
  if (captions.length === 0) return [];
  const { results } = await db
    .prepare(
      `UPDATE images SET
         state = iif(r.sure, 'captioned', 'low_confidence'),
         published = images.alt IS iif(r.sure, r.caption, NULL),
         alt = iif(r.sure, r.caption, NULL),
         caption = r.caption, confidence = r.confidence, sure = r.sure, model = r.model,
         etag = ifnull(r.etag, images.etag), captions = captions + 1, problem = NULL, attempts = 0,
         lease = NULL, in_flight = 0, due_at = ?3, updated_at = ?3
       FROM (SELECT value ->> 'key' AS key, value ->> 'caption' AS caption,
               value ->> 'confidence' AS confidence, value ->> 'sure' AS sure,
               value ->> 'model' AS model, value ->> 'etag' AS etag FROM json_each(?1)) AS r
       WHERE images.key = r.key AND images.lease = ?2 AND images.state = 'leased'
       RETURNING images.key`,
    )
    .bind(JSON.stringify(captions), lease, now)
    .all<{ key: string }>();
  return results.map(({ key }) => key);
}

/** Records failures of images that the worker still has. */
export async function fail(
  db: D1Database,
  lease: string,
  failures: readonly Failure[],
  now: number,
): Promise<void> {
  if (failures.length === 0) return;
  await db
    .prepare(
      `UPDATE images SET
         state = CASE WHEN r.retryAt IS NOT NULL THEN 'queued' ELSE ${STATE_AFTER_FAILURE} END,
         problem = r.problem, lease = NULL, in_flight = 0,
         due_at = ifnull(r.retryAt, ?3), updated_at = ?3
       FROM (SELECT value ->> 'key' AS key, value ->> 'problem' AS problem,
               value ->> 'retryAt' AS retryAt FROM json_each(?1)) AS r
       WHERE images.key = r.key AND images.lease = ?2 AND images.state = 'leased'`,
    )
    .bind(JSON.stringify(failures), lease, now)
    .run();
}

/** Gives back images that the worker could not try, without counting an attempt. */
export async function release(
  db: D1Database,
  lease: string,
  keys: readonly string[],
  dueAt: number,
): Promise<void> {
  await db
    .prepare(
      `UPDATE images SET state = 'queued', attempts = attempts - 1, lease = NULL, in_flight = 0,
         due_at = ?3
       WHERE key IN (SELECT value FROM json_each(?1)) AND lease = ?2 AND state = 'leased'`,
    )
    .bind(JSON.stringify(keys), lease, dueAt)
    .run();
}

/** An image, and when it may be tried. */
export interface Deferral {
  readonly key: string;
  readonly dueAt: number;
}

/** Postpones queued images until their host may get requests again. */
export async function defer(db: D1Database, images: readonly Deferral[]): Promise<void> {
  if (images.length === 0) return;
  await db
    .prepare(
      `UPDATE images SET due_at = r.dueAt, in_flight = 0
       FROM (SELECT value ->> 'key' AS key, value ->> 'dueAt' AS dueAt FROM json_each(?1)) AS r
       WHERE images.key = r.key AND images.state = 'queued'`,
    )
    .bind(JSON.stringify(images))
    .run();
}

/** Fails queued images for good. */
export async function refuse(
  db: D1Database,
  keys: readonly string[],
  problem: SiteProblem,
  now: number,
): Promise<void> {
  if (keys.length === 0) return;
  await db
    .prepare(
      `UPDATE images SET state = ${STATE_AFTER_FAILURE}, problem = ?2, lease = NULL, in_flight = 0,
         due_at = ?3, updated_at = ?3
       WHERE key IN (SELECT value FROM json_each(?1)) AND state IN ('queued', 'leased')`,
    )
    .bind(JSON.stringify(keys), problem, now)
    .run();
}
