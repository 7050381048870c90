import type { Context } from "hono";
import ipaddr from "ipaddr.js";
import type { Environment } from "../http/environment.ts";
import { Problem } from "../http/problem.ts";

/**
 * Counts the images that a client asks for, if wrangler.toml has a binding `RATE_LIMITER`.
 *
 * The platform counts approximately, and separately at each of its locations. It does not tell when
 * the client may try again; that is at most its period, which a setting repeats.
 *
 * @throws {Problem} `rate_limited`
 */
export async function countImages(c: Context<Environment>, images: number): Promise<void> {
  const { RATE_LIMITER } = c.env;
  if (!RATE_LIMITER) return;
  const key = c.var.apiKeyDigest ?? clientNetwork(c.req.header("CF-Connecting-IP") ?? "");
  for (let image = 0; image < images; image++) {
    const { success } = await RATE_LIMITER.limit({ key });
    if (success) continue;
    throw new Problem("rate_limited", "Too many images were requested in a short time.", {
      headers: { "Retry-After": String(c.var.settings.RATE_LIMIT_SECONDS) },
    });
  }
}

/** Returns an IPv4 address, or the /64 network of an IPv6 address: one client has all of a /64. */
function clientNetwork(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address;
  const parsed = ipaddr.IPv6.parse(address);
  if (parsed.isIPv4MappedAddress()) return parsed.toIPv4Address().toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}
