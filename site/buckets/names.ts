/** The queue that event notifications of buckets lead to, as site/wrangler.toml names it. */
export const BUCKET_EVENTS = "edge-caption-bucket-events";

/** What the names of the bindings of buckets begin with. */
export const BINDING_PREFIX = "BUCKET_";

/** Returns the name of the binding of a bucket: bindings cannot have a `-` in their names. */
export function bindingName(bucket: string): `${typeof BINDING_PREFIX}${string}` {
  return `${BINDING_PREFIX}${bucket.toUpperCase().replaceAll("-", "_")}`;
}
