import { z } from "zod";
import { IMAGE_STATES } from "../../core/api/site.ts";
import { UserError } from "../../core/errors.ts";
import { IMAGE_COLUMNS, type ImageRow, imageRowOf, type StoredRow } from "./rows.ts";
import type { State } from "./states.ts";

/** Which images to list. */
export interface ImageFilter {
  readonly state?: State | undefined;
  readonly host?: string | undefined;
  /** Only images of a lower confidence. */
  readonly below?: number | undefined;
  /** Only images of at least this confidence. */
  readonly above?: number | undefined;
  /** The cursor of the answer before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Images without a confidence come first. */
const CONFIDENCE = "ifnull(confidence, -1)";

const cursorSchema = z.tuple([z.number(), z.string()]);

/**
 * Lists images by rising confidence. Without a state all images are sorted, which takes time where
 * there are very many.
 *
 * @returns images, and a cursor if there are more.
 * @throws {UserError} `invalid_parameter` if the cursor is not one of this function's.
 */
export async function listImages(
  db: D1Database,
  { state, host, below, above, cursor, limit }: ImageFilter,
): Promise<{ images: ImageRow[]; cursor?: string }> {
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  const conditions: [string, readonly (string | number)[]][] = [
    ...(state === undefined ? [] : [condition("state = ?", state)]),
    ...(host === undefined ? [] : [condition("host = ?", host)]),
    ...(below === undefined ? [] : [condition("confidence < ?", below)]),
    ...(above === undefined ? [] : [condition("confidence >= ?", above)]),
    ...(after === undefined ? [] : [condition(`(${CONFIDENCE}, key) > (?, ?)`, ...after)]),
  ];
  const where = conditions.map(([sql]) => sql).join(" AND ") || "true";
  const { results } = await db
    .prepare(
      `SELECT ${IMAGE_COLUMNS} FROM images WHERE ${where} ORDER BY ${CONFIDENCE}, key LIMIT ?`,
    )
    .bind(...conditions.flatMap(([, values]) => values), limit + 1)
    .all<StoredRow>();
  const images = results.slice(0, limit).map(imageRowOf);
  const last = images.at(-1);
  if (results.length <= limit || !last) return { images };
  return { images, cursor: JSON.stringify([last.confidence ?? -1, last.key]) };
}

function condition(sql: string, ...values: (string | number)[]): [string, (string | number)[]] {
  return [sql, values];
}

function parseCursor(cursor: string): [number, string] {
  try {
    return cursorSchema.parse(JSON.parse(cursor));
  } catch (cause) {
    throw new UserError("invalid_parameter", "The cursor is not that of an earlier answer.", {
      cause,
    });
  }
}

const EXPORT_SLICE = 500;

/** Yields all images, in the order of their keys. */
export async function* exportRows(db: D1Database): AsyncGenerator<ImageRow, void, undefined> {
  let after = "";
  for (;;) {
    const { results } = await db
      .prepare(`SELECT ${IMAGE_COLUMNS} FROM images WHERE key > ?1 ORDER BY key LIMIT ?2`)
      .bind(after, EXPORT_SLICE)
      .all<StoredRow>();
    yield* results.map(imageRowOf);
    const last = results.at(-1);
    if (!last || results.length < EXPORT_SLICE) return;
    after = last.key;
  }
}

/** The minutes before the present one that the rate is taken from. */
const RATE_MINUTES = 5;

/** Returns how many images there are in each state, and how many were finished in a minute of late. */
export async function statusCounts(
  db: D1Database,
  now: number,
): Promise<{ states: Record<State, number>; perMinute: number }> {
  const since = new Date(now - RATE_MINUTES * 60_000).toISOString().slice(0, 16);
  const [counts, minutes] = await db.batch<{ state: State; count: number }>([
    db.prepare("SELECT state, count(*) AS count FROM images GROUP BY state"),
    db
      .prepare(
        `SELECT count FROM counters WHERE window >= 'minute:' || ?1 AND window < 'minute;'
         ORDER BY window`,
      )
      .bind(since),
  ]);
  const states = Object.fromEntries(IMAGE_STATES.map((state) => [state, 0])) as Record<
    State,
    number
  >;
  for (const { state, count } of counts?.results ?? []) states[state] = count;
  const recent = minutes?.results ?? [];
  const finished = recent.reduce((sum, { count }) => sum + count, 0);
  return { states, perMinute: finished / Math.max(1, recent.length) };
}

/** Adds finished images to the count of the minute, which the rate is taken from. */
export async function countFinished(db: D1Database, images: number, now: number): Promise<void> {
  if (images === 0) return;
  await db
    .prepare(
      `INSERT INTO counters (window, count) VALUES (?1, ?2)
       ON CONFLICT (window) DO UPDATE SET count = count + ?2`,
    )
    .bind(`minute:${new Date(now).toISOString().slice(0, 16)}`, images)
    .run();
}
