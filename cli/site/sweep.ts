import { createSiteClient } from "../../client/index.ts";

/** How often the local sweep runs, in milliseconds. On Cloudflare a Cron Trigger runs it each minute. */
const INTERVAL_MS = 15_000;

/**
 * Runs the Worker's sweep now and again and again: it queues what an earlier run left, since the local queue
 * is kept in memory only, and what failed for a while.
 */
export function startSweeping(url: string, key: string): { stop(): void } {
  const client = createSiteClient({ siteUrl: url, key });
  // A sweep that fails is written to the Worker's log; the next one tries again.
  const sweep = (queueIsEmpty: boolean) =>
    void client.sweep({ queueIsEmpty }).catch(() => undefined);
  sweep(true);
  const timer = setInterval(sweep, INTERVAL_MS, false);
  return { stop: () => clearInterval(timer) };
}
