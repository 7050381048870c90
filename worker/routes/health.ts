import { createRoute, z } from "@hono/zod-openapi";
import { CACHE_STATES, cacheState } from "../cache/policy.ts";
import { createRouter } from "../http/router.ts";
import { isModelLoaded } from "../isolate/index.ts";
import { problemResponses } from "./describe/problem-responses.ts";

const healthSchema = z.object({
  status: z.literal("ok"),
  model: z.enum(["loaded", "not loaded yet"]).meta({
    description: "Whether this isolate has loaded the model.",
  }),
  cache: z.enum(CACHE_STATES).meta({
    description:
      "Whether answers are cached; not on workers.dev, where Cloudflare does not promise a cache.",
  }),
});

const health = createRoute({
  method: "get",
  path: "/health",
  operationId: "health",
  summary: "Whether the service answers",
  responses: {
    200: {
      description: "It does.",
      content: {
        "application/json": {
          schema: healthSchema,
          example: { status: "ok", model: "loaded", cache: "on" },
        },
      },
    },
    ...problemResponses([]),
  },
});

/** `GET /health`: loads nothing, so that a new isolate answers at once as well. */
export const healthRoutes = createRouter().openapi(health, (c) => {
  const model = isModelLoaded() ? "loaded" : "not loaded yet";
  return c.json({ status: "ok", model, cache: cacheState(c) } as const, 200, {
    "Cache-Control": "no-store",
  });
});
