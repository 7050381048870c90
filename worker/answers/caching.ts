import type { Context } from "hono";
import type { Environment } from "../environment.ts";

/** Whether answers are kept, and if not, why: a token for the header `Cache-Status`. */
export type Caching = { readonly kept: true; readonly fresh: boolean } | { readonly not: string };

/** Whether a service keeps answers at all. */
export const cacheStates = ["on", "off", "none-on-workers.dev"] as const;

/** Whether the service that a request came to does. */
export function cacheOf(
  ownUrl: URL,
  { CACHE_SECONDS }: { readonly CACHE_SECONDS: number },
): (typeof cacheStates)[number] {
  if (CACHE_SECONDS === 0) return "off";
  // Cloudflare promises that the Cache API works on domains of one's own, not there.
  if (ownUrl.hostname.endsWith(".workers.dev")) return "none-on-workers.dev";
  return "on";
}

/**
 * How a request's answers are cached. Only who has an API key may ask for a new one where there is
 * an old one, as that is work.
 */
export function cachingOf(c: Context<Environment>): Caching {
  const cache = cacheOf(new URL(c.req.url), c.var.settings);
  if (cache !== "on") return { not: cache };
  const hasKey = c.var.apiKeyDigest !== undefined;
  return { kept: true, fresh: hasKey && isNoCache(c.req.header("Cache-Control")) };
}

function isNoCache(directives: string | undefined): boolean {
  return /(^|,)\s*no-cache\s*($|,)/i.test(directives ?? "");
}
