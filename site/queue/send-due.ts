import type { ImageMessage, SiteEnv } from "../env.ts";
import type { SiteSettings } from "../settings.ts";
import {
  countInFlight,
  type DueImage,
  markInFlight,
  unmarkInFlight,
  type WaitingHost,
  waitingHosts,
} from "../store/sweep.ts";

/**
 * How far ahead of time a message is sent, with a delay: until the sweep after the next one. A message
 * that is delayed longer would only take the place of others.
 */
const HORIZON_MS = 120_000;

/** The most messages that the platform takes in one call. */
const MAXIMUM_SENT = 100;

/** The span for which a host's images are put into the queue ahead. */
const HOST_WINDOW_MS = 60_000;

/** The least share of a host, so that batches are full. */
const LEAST_HOST_WINDOW = 32;

/**
 * Sends messages for images that are due. Those first that are due first, but each host gets its share;
 * at most `MAX_IN_FLIGHT` messages are in the queue. The rest waits for a later call.
 *
 * @returns how many messages were sent.
 */
export async function sendDue(env: SiteEnv, settings: SiteSettings, now: number): Promise<number> {
  const room = settings.MAX_IN_FLIGHT - (await countInFlight(env.DB));
  let sent = 0;
  while (sent < room) {
    const more = await sendShares(env, settings, room - sent, now);
    if (more === 0) break;
    // Hosts with fewer images than their share leave room for others.
    sent += more;
  }
  return sent;
}

/** Sends messages for each host's share of the room. Returns how many the queue has taken. */
async function sendShares(
  env: SiteEnv,
  settings: SiteSettings,
  room: number,
  now: number,
): Promise<number> {
  const shares = divide(room, await waitingHosts(env.DB), settings);
  const due = await markInFlight(env.DB, shares, now + HORIZON_MS, now);
  for (let sent = 0; sent < due.length; sent += MAXIMUM_SENT) {
    const messages = due.slice(sent, sent + MAXIMUM_SENT).map((image) => messageOf(image, now));
    try {
      await env.IMAGES.sendBatch(messages);
    } catch (error) {
      // D1 has the images: a later call sends what the queue does not take now.
      console.error(JSON.stringify({ event: "queue_refused", cause: String(error) }));
      await unmarkInFlight(
        env.DB,
        due.slice(sent).map(({ key }) => key),
      );
      return sent;
    }
  }
  return due.length;
}

/** Divides the room in the queue evenly among hosts, up to the requests that each may get in a minute. */
function divide(
  room: number,
  hosts: readonly WaitingHost[],
  { HOST_INTERVAL_MS, MAX_IN_FLIGHT }: SiteSettings,
): Map<string, number> {
  const window =
    HOST_INTERVAL_MS === 0
      ? MAX_IN_FLIGHT
      : Math.max(LEAST_HOST_WINDOW, Math.floor(HOST_WINDOW_MS / HOST_INTERVAL_MS));
  const shares = new Map<string, number>();
  const sorted = hosts.toSorted((one, other) => one.inFlight - other.inFlight);
  let left = room;
  for (const [index, { host, inFlight }] of sorted.entries()) {
    const even = Math.ceil(left / (sorted.length - index));
    const share = Math.min(even, window - inFlight, left);
    if (share <= 0) continue;
    shares.set(host, share);
    left -= share;
  }
  return shares;
}

function messageOf({ key, dueAt }: DueImage, now: number): MessageSendRequest<ImageMessage> {
  const delaySeconds = Math.max(0, Math.ceil((dueAt - now) / 1000));
  return { body: { key }, ...(delaySeconds > 0 ? { delaySeconds } : {}) };
}
