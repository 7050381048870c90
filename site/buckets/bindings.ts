import type { SiteEnv } from "../env.ts";
import { BINDING_PREFIX, bindingName } from "./names.ts";

/** Returns a bucket; undefined if none of that very name is bound. */
export function findBucket(env: SiteEnv, name: string): R2Bucket | undefined {
  // Several spellings lead to a binding, and each would make other images of the same objects.
  return bucketNames(env).includes(name) ? env[bindingName(name)] : undefined;
}

/** Lists the names of the buckets that are bound. */
export function bucketNames(env: SiteEnv): string[] {
  const bindings = Object.keys(env).filter((name) => name.startsWith(BINDING_PREFIX));
  return bindings
    .map((name) => name.slice(BINDING_PREFIX.length).toLowerCase().replaceAll("_", "-"))
    .sort();
}
