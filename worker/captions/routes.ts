import { createRoute } from "@hono/zod-openapi";
import { batchQuerySchema, batchSchema, lineSchema } from "../../core/api/batch.ts";
import { lineExamples } from "../openapi/examples.ts";
import { problemResponses } from "../openapi/problems.ts";
import { byKey } from "../openapi/security.ts";

export const captionsRoute = createRoute({
  method: "post",
  path: "/captions",
  operationId: "captionMany",
  security: byKey,
  summary: "Caption many pictures on the internet",
  description: "Answers with a line of JSON for each picture, as soon as it is done.",
  request: {
    query: batchQuerySchema,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: batchSchema,
          example: { urls: ["https://example.com/1.jpg", "https://example.com/2.jpg"] },
        },
      },
    },
  },
  responses: {
    200: {
      description: "One line for each URL, in the order in which they are done.",
      content: { "application/x-ndjson": { schema: lineSchema, examples: lineExamples } },
    },
    ...problemResponses([
      "unauthorized",
      "own_request",
      "rate_limited",
      "invalid_json",
      "invalid_parameter",
      "too_many_urls",
      "too_many_bytes",
      "upload_interrupted",
      "upload_timeout",
      "attention_unavailable",
      "model_unavailable",
    ]),
  },
});
