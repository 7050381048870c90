import type { Context } from "hono";
import { cacheOf } from "../answers/caching.ts";
import type { Environment } from "../environment.ts";
import { isCaptionerLoaded } from "../model.ts";

/** `GET /health`: answered at once, even by a cold isolate, which is why it loads nothing. */
export function health(c: Context<Environment>): Response {
  const model = isCaptionerLoaded() ? "loaded" : "not loaded yet";
  const cache = cacheOf(new URL(c.req.url), c.var.settings);
  return c.json({ status: "ok", model, cache }, 200, { "Cache-Control": "no-store" });
}
