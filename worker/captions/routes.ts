import { createRoute } from "@hono/zod-openapi";
import { batchQuerySchema, batchSchema, lineSchema } from "../../core/interface/batch.ts";
import { problemResponses } from "../openapi/problems.ts";

export const captionsRoute = createRoute({
  method: "post",
  path: "/captions",
  summary: "Caption many pictures on the internet",
  description: "Answers with a line of JSON for each picture, as soon as it is done.",
  request: {
    query: batchQuerySchema,
    body: { required: true, content: { "application/json": { schema: batchSchema } } },
  },
  responses: {
    200: {
      description: "One line for each URL, in the order in which they are done.",
      content: { "application/x-ndjson": { schema: lineSchema } },
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
