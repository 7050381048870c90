import type { Context } from "hono";
import type { Environment } from "../environment.ts";
import { isCaptionerLoaded } from "../model.ts";

/** `GET /health`: answered at once, even by a cold isolate, which is why it loads nothing. */
export function health(c: Context<Environment>): Response {
  const model = isCaptionerLoaded() ? "loaded" : "not loaded yet";
  return c.json({ status: "ok", model }, 200, { "Cache-Control": "no-store" });
}
