import { findBucket } from "../buckets/bindings.ts";
import { objectOf, type StoredObject } from "../buckets/object-url.ts";
import type { SiteEnv } from "../env.ts";
import type { SiteSettings } from "../settings.ts";
import type { SiteProblem } from "../store/states.ts";
import { type CaptionerAnswer, captionBytes, type Outcome } from "./captioner.ts";

/** How many objects are read at once: as many as the captioner works on at once. */
const AT_ONCE = 4;

/** Tells whether an image is read from a bucket. */
export function isInBucket({ url }: { readonly url: string }, settings: SiteSettings): boolean {
  return objectOf(url, settings.PUBLIC_URLS) !== undefined;
}

/**
 * Has images in buckets captioned from their bytes, each in a call of its own. The bytes pass through as
 * a stream: none of them is held here.
 */
export async function captionObjects(
  env: SiteEnv,
  settings: SiteSettings,
  urls: readonly string[],
): Promise<CaptionerAnswer> {
  const outcomes = new Map<number, Outcome>();
  for (let from = 0; from < urls.length; from += AT_ONCE) {
    const some = urls.slice(from, from + AT_ONCE);
    const asked = await Promise.all(some.map((url) => captionObject(env, settings, url)));
    const refusals: number[] = [];
    for (const [index, outcome] of asked.entries()) {
      if (outcome === undefined) continue;
      if ("refusedFor" in outcome) refusals.push(outcome.refusedFor);
      else outcomes.set(from + index, outcome);
    }
    if (refusals.length > 0) return { outcomes, refusedFor: Math.max(...refusals) };
  }
  return { outcomes };
}

async function captionObject(
  env: SiteEnv,
  settings: SiteSettings,
  url: string,
): ReturnType<typeof captionBytes> {
  const found = await readObject(env, objectOf(url, settings.PUBLIC_URLS));
  if (typeof found === "string") return { problem: found };
  const outcome = await captionBytes(env, settings, found.body);
  return outcome && { ...outcome, etag: found.etag };
}

/** Opens an object, or says why it cannot be read. */
async function readObject(
  env: SiteEnv,
  object: StoredObject | undefined,
): Promise<R2ObjectBody | SiteProblem> {
  const bucket = object && findBucket(env, object.bucket);
  if (!bucket) return "bucket_not_bound";
  try {
    return (await bucket.get(object.key)) ?? "object_missing";
  } catch (error) {
    console.error(JSON.stringify({ event: "bucket_failed", cause: String(error) }));
    return "bucket_unreadable";
  }
}
