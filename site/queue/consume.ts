import type { ImageMessage, SiteEnv } from "../env.ts";
import type { SiteSettings } from "../settings.ts";
import { findDue } from "../store/lease.ts";
import { countInFlight } from "../store/sweep.ts";
import { caption } from "./caption.ts";
import { isInBucket } from "./caption-objects.ts";
import { waitSeconds } from "./retry.ts";
import { sendDue } from "./send-due.ts";
import { workPolitely } from "./work-politely.ts";

/**
 * Has the images of a batch captioned. A message is acknowledged when D1 has what became of its image:
 * from then on D1 remembers what is still to be done. Where D1 fails, the queue delivers the message
 * again.
 */
export async function consume(
  batch: MessageBatch<ImageMessage>,
  env: SiteEnv,
  settings: SiteSettings,
): Promise<void> {
  const messages = Map.groupBy(batch.messages, ({ body }) => body.key);
  const acknowledge = (keys: Iterable<string>) => {
    for (const key of keys) {
      for (const message of messages.get(key) ?? []) message.ack();
      messages.delete(key);
    }
  };
  try {
    const due = await findDue(env.DB, [...messages.keys()], Date.now());
    const wanted = new Set(due.map(({ key }) => key));
    acknowledge([...messages.keys()].filter((key) => !wanted.has(key)));
    const elsewhere = due.filter((image) => !isInBucket(image, settings));
    const inBuckets = due.filter((image) => isInBucket(image, settings));
    await caption(env, settings, inBuckets);
    acknowledge(inBuckets.map(({ key }) => key));
    await workPolitely(env, settings, elsewhere, {
      work: (images) => caption(env, settings, images),
      done: acknowledge,
    });
    await refill(env, settings);
  } catch (error) {
    console.error(JSON.stringify({ event: "consumer_failed", cause: String(error) }));
    for (const message of [...messages.values()].flat()) {
      message.retry({ delaySeconds: waitSeconds(settings.RETRY_SECONDS, message.attempts) });
    }
  }
}

/** Fills the queue again when it is half empty, so that it does not run dry between two sweeps. */
async function refill(env: SiteEnv, settings: SiteSettings): Promise<void> {
  const inFlight = await countInFlight(env.DB);
  if (inFlight <= settings.MAX_IN_FLIGHT / 2) await sendDue(env, settings, Date.now());
}
