import { createRoute } from "@hono/zod-openapi";
import { manifestSchema } from "../../core/bundle/manifest.ts";
import { manifestExample } from "../openapi/examples.ts";
import { problemResponses } from "../openapi/problems.ts";

export const manifestRoute = createRoute({
  method: "get",
  path: "/model",
  operationId: "model",
  summary: "The manifest of the model that writes the captions",
  responses: {
    200: {
      description: "What it is, what it was trained on, and how well it does.",
      content: { "application/json": { schema: manifestSchema, example: manifestExample } },
    },
    ...problemResponses(["model_unavailable"]),
  },
});
