import { createRoute, z } from "@hono/zod-openapi";
import { cacheStates } from "../answers/caching.ts";
import { problemResponses } from "../openapi/problems.ts";

const healthSchema = z.object({
  status: z.literal("ok"),
  model: z.enum(["loaded", "not loaded yet"]).meta({
    description: "Whether this isolate would write a caption without loading the model first.",
  }),
  cache: z.enum(cacheStates).meta({
    description:
      "Whether answers are kept; on workers.dev they are not, as Cloudflare promises no cache there.",
  }),
});

export const healthRoute = createRoute({
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
