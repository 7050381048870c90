import { createRoute } from "@hono/zod-openapi";
import { type HealthAnswer, healthSchema } from "../../core/api/health.ts";
import { PACKAGE_VERSION } from "../../core/version.ts";
import { cacheState } from "../cache/policy.ts";
import { createRouter } from "../http/router.ts";
import { isModelLoaded, modelVersion } from "../isolate/index.ts";
import { problemResponses } from "./describe/problem-responses.ts";

const healthExample: HealthAnswer = {
  status: "ok",
  version: "0.1.0",
  model: "loaded",
  modelVersion: "2.1.0",
  cache: "on",
};

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
          example: healthExample,
        },
      },
    },
    ...problemResponses([]),
  },
});

/** `GET /health`: does not load the model, so that a new isolate answers at once as well. */
export const healthRoutes = createRouter().openapi(health, async (c) => {
  const version = await modelVersion(c.env, (promise) => c.executionCtx.waitUntil(promise));
  const answer: HealthAnswer = {
    status: "ok",
    version: PACKAGE_VERSION,
    model: isModelLoaded() ? "loaded" : "not loaded yet",
    ...(version === undefined ? {} : { modelVersion: version }),
    cache: cacheState(c),
  };
  return c.json(answer, 200, { "Cache-Control": "no-store" });
});
