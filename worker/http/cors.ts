import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { Environment } from "./environment.ts";

const answerOrigins = cors({
  origin(origin, c) {
    const allowed: readonly string[] = c.var.settings.CORS_ORIGINS;
    if (allowed.includes("*")) return "*";
    return allowed.includes(origin) ? origin : undefined;
  },
  allowMethods: ["GET", "HEAD", "POST"],
  allowHeaders: ["Authorization", "Cache-Control", "Content-Type", "If-None-Match"],
  exposeHeaders: [
    "Age",
    "Cache-Status",
    "Caption-Confidence",
    "Caption-Reason",
    "ETag",
    "Retry-After",
    "X-Request-Id",
  ],
  maxAge: 86_400,
});

/** Lets pages of the sites in `CORS_ORIGINS` read the answers. */
export const allowOrigins: MiddlewareHandler<Environment> = async (c, next) => {
  if (c.req.header("Origin") !== undefined) return answerOrigins(c, next);
  // Without an Origin, Hono's middleware would still answer OPTIONS on every path itself.
  await next();
  // A shared cache must not serve an answer without CORS headers to a page of an allowed site.
  if (c.var.settings.CORS_ORIGINS.length > 0) c.header("Vary", "Origin", { append: true });
};
