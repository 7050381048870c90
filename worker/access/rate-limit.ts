import type { Context } from "hono";
import ipaddr from "ipaddr.js";
import type { Environment } from "../environment.ts";
import { Problem } from "../problem.ts";

/** Cloudflare's rate-limiting binding: it only says whether there was room for one more. */
export interface RateLimiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/**
 * Counts pictures that somebody asks for, where wrangler.toml has a binding `RATE_LIMITER`.
 *
 * It counts approximately, and each of Cloudflare's locations by itself. How long it takes until
 * there is room again is not known either; it is at most its period, which a setting repeats.
 *
 * @throws Problem `rate_limited`
 */
export async function countPictures(c: Context<Environment>, pictures: number): Promise<void> {
  const { RATE_LIMITER } = c.env;
  if (!RATE_LIMITER) return;
  const key = c.var.apiKeyDigest ?? clientNetwork(c.req.header("CF-Connecting-IP") ?? "");
  for (let picture = 0; picture < pictures; picture++) {
    const { success } = await RATE_LIMITER.limit({ key });
    if (success) continue;
    throw new Problem("rate_limited", "Too many pictures were asked for in a short time.", {
      headers: { "Retry-After": String(c.var.settings.RATE_LIMIT_SECONDS) },
    });
  }
}

/** An address, or the half of one in IPv6: who has one of those has all 2^64 with that half. */
function clientNetwork(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address;
  const parsed = ipaddr.IPv6.parse(address);
  if (parsed.isIPv4MappedAddress()) return parsed.toIPv4Address().toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}
