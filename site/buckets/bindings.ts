import type { SiteEnv } from "../env.ts";
import { BINDING_PREFIX, bindingName } from "./names.ts";

/** Returns a bucket; undefined if it is not bound. */
export function findBucket(env: SiteEnv, name: string): R2Bucket | undefined {
  return env[bindingName(name)];
}

/** Lists the names of the buckets that are bound. */
export function bucketNames(env: SiteEnv): string[] {
  const bindings = Object.keys(env).filter((name) => name.startsWith(BINDING_PREFIX));
  return bindings
    .map((name) => name.slice(BINDING_PREFIX.length).toLowerCase().replaceAll("_", "-"))
    .sort();
}
