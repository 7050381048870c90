import { objectKey } from "../pages/keys.ts";
import type { SiteSettings } from "../settings.ts";
import type { KeyedObject } from "../store/objects.ts";

/** Returns what an object of a bucket is stored as. */
export async function keyedObject(
  bucket: string,
  { key, etag }: Pick<R2Object, "key" | "etag">,
  settings: SiteSettings,
): Promise<KeyedObject> {
  return { ...(await objectKey({ bucket, key }, settings)), etag };
}
