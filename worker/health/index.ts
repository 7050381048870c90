import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Environment } from "../environment.ts";
import { isCaptionerLoaded } from "../model.ts";
import { problemResponses } from "../openapi/problems.ts";

const healthSchema = z.object({
  status: z.literal("ok"),
  model: z.enum(["loaded", "not loaded yet"]).openapi({
    description: "Whether this isolate would write a caption without loading the model first.",
  }),
});

export const healthRoute = createRoute({
  method: "get",
  path: "/health",
  summary: "Whether the service answers",
  responses: {
    200: { description: "It does.", content: { "application/json": { schema: healthSchema } } },
    ...problemResponses([]),
  },
});

/** `GET /health`: answered at once, even by a cold isolate, which is why it loads nothing. */
export function health(c: Context<Environment>): Response {
  const model = isCaptionerLoaded() ? "loaded" : "not loaded yet";
  return c.json({ status: "ok", model }, 200, { "Cache-Control": "no-store" });
}
