import type { Context } from "hono";
import type { HealthAnswer } from "../../core/api/health.ts";
import type { Environment } from "../http/environment.ts";

/**
 * Whether a request's answers are cached. If not, `bypass` has the reason, a token for the header
 * `Cache-Status`; `fresh` asks for a new answer even if one is cached.
 */
export type CachePolicy = { readonly fresh: boolean } | { readonly bypass: string };

/** Tells whether the service that a request came to caches answers. */
export function cacheState(c: Context<Environment>): HealthAnswer["cache"] {
  if (c.var.settings.CACHE_SECONDS === 0) return "off";
  // Cloudflare does not promise that the Cache API works there.
  if (new URL(c.req.url).hostname.endsWith(".workers.dev")) return "none-on-workers.dev";
  return "on";
}

/**
 * Decides how a request's answers are cached. Only a client with an API key may ask for a new answer
 * in place of a cached one, since that costs computing.
 */
export function cachePolicy(c: Context<Environment>): CachePolicy {
  const state = cacheState(c);
  if (state !== "on") return { bypass: state };
  const hasKey = c.var.apiKeyDigest !== undefined;
  return { fresh: hasKey && isNoCache(c.req.header("Cache-Control")) };
}

function isNoCache(directives: string | undefined): boolean {
  return /(^|,)\s*no-cache\s*($|,)/i.test(directives ?? "");
}
