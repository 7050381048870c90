import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { z } from "zod";
import type { Environment } from "./environment.ts";

/** `*`, or `https://example.com, http://localhost:3000`. */
export const originListSchema = z.string().transform((list, context): string[] => {
  const origins = list.split(",").flatMap((text) => text.trim() || []);
  for (const origin of origins) {
    const isOrigin = !origin.includes("*") && URL.parse(origin)?.origin === origin;
    if (isOrigin || origin === "*") continue;
    context.addIssue({ code: "custom", message: `"${origin}" is not of the form https://host` });
  }
  return origins;
});

const answerOrigins = cors({
  origin(origin, c) {
    const allowed: readonly string[] = c.var.settings.CORS_ORIGINS;
    if (allowed.includes("*")) return "*";
    return allowed.includes(origin) ? origin : undefined;
  },
  allowMethods: ["GET", "HEAD", "POST"],
  allowHeaders: ["Authorization", "Cache-Control", "Content-Type", "If-None-Match"],
  exposeHeaders: ["Age", "Cache-Status", "ETag", "Retry-After", "X-Request-Id"],
  maxAge: 86_400,
});

/** Lets the pages of other sites read the answers, where a setting names them. */
export const allowOrigins: MiddlewareHandler<Environment> = async (c, next) => {
  if (c.req.header("Origin") !== undefined) return answerOrigins(c, next);
  // It would answer an OPTIONS request that no browser sent, for every path.
  await next();
  // A cache must not give what has been answered to nobody's page to a page of some site.
  if (c.var.settings.CORS_ORIGINS.length > 0) c.header("Vary", "Origin", { append: true });
};
