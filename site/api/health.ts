import { createRoute, z } from "@hono/zod-openapi";
import { createOwnerRouter } from "./problem.ts";

const health = createRoute({
  method: "get",
  path: "/health",
  operationId: "siteHealth",
  summary: "Whether the Worker answers",
  responses: {
    200: {
      description: "It does.",
      content: { "application/json": { schema: z.object({ status: z.literal("ok") }) } },
    },
  },
});

/** `GET /health`: reads nothing. */
export const healthRoutes = createOwnerRouter().openapi(health, (c) =>
  c.json({ status: "ok" } as const, 200, { "Cache-Control": "no-store" }),
);
