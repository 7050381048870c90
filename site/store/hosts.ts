/** A host that images are fetched from. */
export interface Host {
  readonly host: string;
  /** Whether the Worker serves pages of this host. */
  readonly own: boolean;
  /** Its robots.txt; null if it could not be read, or was not yet. */
  readonly robots: string | null;
  readonly robotsUntil: number;
}

/** Reads hosts. New ones are missing from the result. */
export async function readHosts(
  db: D1Database,
  hosts: readonly string[],
): Promise<Map<string, Host>> {
  const { results } = await db
    .prepare(
      `SELECT host, own, robots, robots_until AS robotsUntil FROM hosts
       WHERE host IN (SELECT value FROM json_each(?1))`,
    )
    .bind(JSON.stringify(hosts))
    .all<Omit<Host, "own"> & { own: number }>();
  return new Map(results.map((row) => [row.host, { ...row, own: row.own === 1 }]));
}

/** Stores a host's robots.txt; null if it cannot be read for now. */
export async function storeRobots(
  db: D1Database,
  host: string,
  robots: string | null,
  until: number,
): Promise<void> {
  await db
    .prepare(
      `INSERT INTO hosts (host, robots, robots_until) VALUES (?1, ?2, ?3)
       ON CONFLICT (host) DO UPDATE SET robots = ?2, robots_until = ?3`,
    )
    .bind(host, robots, until)
    .run();
}

/** How many images may be fetched from a host now, and when from then on. */
export interface Grant {
  readonly host: string;
  readonly granted: number;
  /** When the next image may be fetched from the host, in milliseconds since 1970. */
  readonly nextAt: number;
}

/** The pace of fetches from each host. */
export interface Pace {
  /** Milliseconds between two images. */
  readonly interval: number;
  /** How many images may be fetched at once after a pause. */
  readonly burst: number;
}

/**
 * Grants fetches from hosts, at a pace that holds over all consumers: any span of time has at most as
 * many fetches as intervals, and a burst. This is the generic cell rate algorithm (ITU-T I.371); its
 * theoretical arrival time is `next_at`.
 *
 * @param wanted - how many images each host is wanted for.
 */
export async function grantFetches(
  db: D1Database,
  wanted: ReadonlyMap<string, number>,
  { interval, burst }: Pace,
  now: number,
): Promise<Grant[]> {
  const rows = [...wanted].map(([host, count]) => ({ host, count }));
  const tolerance = interval * (burst - 1);
  // How many of the wanted conform: those whose arrival time is at most the tolerance ahead of now. The
  // cast makes whole numbers of quotients, as D1 takes every parameter for a floating-point number.
  const most =
    interval === 0
      ? "iif(next_at <= ?2, wanted.count, 0)"
      : "CAST((?2 + ?4 + ?3 - max(next_at, ?2)) / ?3 AS INTEGER)";
  const granted = `max(0, min(wanted.count, ${most}))`;
  const [, updated] = await db.batch<{ host: string; granted: number; nextAt: number }>([
    db
      .prepare(
        `INSERT INTO hosts (host) SELECT value ->> 'host' FROM json_each(?1) WHERE true
         ON CONFLICT (host) DO NOTHING`,
      )
      .bind(JSON.stringify(rows)),
    db
      .prepare(
        `UPDATE hosts SET granted = ${granted},
           next_at = iif(${granted} > 0, max(next_at, ?2) + ${granted} * ?3, next_at)
         FROM (SELECT value ->> 'host' AS host, value ->> 'count' AS count FROM json_each(?1)) AS wanted
         WHERE hosts.host = wanted.host AND ?4 >= 0
         RETURNING hosts.host, granted, next_at AS nextAt`,
      )
      .bind(JSON.stringify(rows), now, interval, tolerance),
  ]);
  return (updated?.results ?? []).map((grant) => ({ ...grant, nextAt: grant.nextAt - tolerance }));
}

/** Sends a host no requests until a time, as its Retry-After demands. */
export async function postponeHost(db: D1Database, host: string, until: number): Promise<void> {
  await db
    .prepare(
      `INSERT INTO hosts (host, next_at) VALUES (?1, ?2)
       ON CONFLICT (host) DO UPDATE SET next_at = max(next_at, ?2)`,
    )
    .bind(host, until)
    .run();
}
