import { createRoute } from "@hono/zod-openapi";
import { manifestSchema } from "../../core/bundle/manifest.ts";
import { createRouter } from "../http/router.ts";
import { openModel } from "../isolate/index.ts";
import { manifestExample } from "./describe/examples.ts";
import { problemResponses } from "./describe/problem-responses.ts";

const manifest = createRoute({
  method: "get",
  path: "/model",
  operationId: "model",
  summary: "The manifest of the model that writes the captions",
  responses: {
    200: {
      description: "Its name and version, what it was trained on, and its measured quality.",
      content: { "application/json": { schema: manifestSchema, example: manifestExample } },
    },
    ...problemResponses(["model_unavailable"]),
  },
});

/** `GET /model`: the manifest; does not load the model. */
export const modelRoutes = createRouter().openapi(manifest, async (c) => {
  const model = await openModel(c.env, (promise) => c.executionCtx.waitUntil(promise));
  return c.json(model.manifest, 200, { "Cache-Control": "no-store" });
});
