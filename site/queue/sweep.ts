import type { SiteEnv } from "../env.ts";
import type { SiteSettings } from "../settings.ts";
import { deleteOldCounts, forgetMessages, takeBackExpired } from "../store/sweep.ts";
import { publishTexts } from "./publish.ts";
import { sendDue } from "./send-due.ts";

/**
 * Repairs what has been interrupted, and sends messages for images that are due: images whose lease has
 * run out, whose message is lost, or whose text is not published.
 *
 * @param options.queueIsEmpty - whether all messages are lost, as after a local restart.
 * @returns how many messages were sent.
 */
export async function sweepDue(
  env: SiteEnv,
  settings: SiteSettings,
  now: number,
  { queueIsEmpty = false } = {},
): Promise<number> {
  await takeBackExpired(env.DB, settings.MAX_ATTEMPTS, now);
  const overdue = now - settings.LEASE_SECONDS * 1000;
  await forgetMessages(env.DB, queueIsEmpty ? Number.MAX_SAFE_INTEGER : overdue);
  await publishTexts(env);
  await deleteOldCounts(env.DB, now);
  return sendDue(env, settings, now);
}
