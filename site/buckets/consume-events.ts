import { z } from "zod";
import type { SiteEnv } from "../env.ts";
import { forgetEverywhere } from "../pages/forget.ts";
import { objectKey } from "../pages/keys.ts";
import { waitSeconds } from "../queue/retry.ts";
import { wake } from "../queue/wake.ts";
import type { SiteSettings } from "../settings.ts";
import { addObjects, isUndecided } from "../store/objects.ts";
import { findBucket } from "./bindings.ts";
import { isImage } from "./is-image.ts";
import { keyedObject } from "./keyed-object.ts";
import type { StoredObject } from "./object-url.ts";

/**
 * As much of an event notification as is read:
 * https://developers.cloudflare.com/r2/buckets/event-notifications/#message-format
 */
const eventSchema = z.object({ bucket: z.string(), object: z.object({ key: z.string() }) });

/** After so many deletions in KV the rest waits: an invocation has 1,000 calls, and one event takes 900. */
const MAXIMUM_DELETIONS = 50;

/**
 * Queues images that were put into a bucket, and forgets those that were deleted from it.
 *
 * The events of an object may arrive in any order and several times. So they only say where to look;
 * what counts is what the bucket has now.
 */
export async function consumeEvents(
  batch: MessageBatch<unknown>,
  env: SiteEnv,
  settings: SiteSettings,
): Promise<void> {
  const fresh: string[] = [];
  let deletions = 0;
  for (const message of batch.messages) {
    try {
      if (deletions > MAXIMUM_DELETIONS) {
        message.retry();
        continue;
      }
      const followed = await follow(message.body, env, settings);
      fresh.push(...followed.added);
      deletions += followed.deletions;
      if (followed.more) message.retry();
      else message.ack();
    } catch (error) {
      console.error(JSON.stringify({ event: "bucket_event_failed", cause: String(error) }));
      message.retry({ delaySeconds: waitSeconds(settings.RETRY_SECONDS, message.attempts) });
    }
  }
  await wake(env, settings, fresh);
}

/** What has been done about an event. */
interface Followed {
  /** Keys of images that are queued. */
  readonly added: readonly string[];
  /** Records that were deleted from KV. */
  readonly deletions: number;
  /** Whether there is more to delete. */
  readonly more: boolean;
}

const NOTHING: Followed = { added: [], deletions: 0, more: false };

async function follow(event: unknown, env: SiteEnv, settings: SiteSettings): Promise<Followed> {
  const { data } = eventSchema.safeParse(event);
  const bucket = data && findBucket(env, data.bucket);
  if (!bucket) {
    console.error(JSON.stringify({ event: "bucket_event_refused", bucket: data?.bucket }));
    return NOTHING;
  }
  const object = await bucket.head(data.object.key);
  if (!object) return forgetObject({ bucket: data.bucket, key: data.object.key }, env, settings);
  if (!isImage(object)) return NOTHING;
  const image = await keyedObject(data.bucket, object, settings);
  return { ...NOTHING, added: await addObjects(env.DB, [image], Date.now()) };
}

/** Forgets an image whose object is gone. What a person wrote stays, as the object may come back. */
async function forgetObject(
  object: StoredObject,
  env: SiteEnv,
  settings: SiteSettings,
): Promise<Followed> {
  const { key } = await objectKey(object, settings);
  if (!(await isUndecided(env.DB, key))) return NOTHING;
  const { pages, images, more } = await forgetEverywhere(env, { image: key });
  return { ...NOTHING, deletions: pages.length + images.length, more };
}
