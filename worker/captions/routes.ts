import { createRoute, z } from "@hono/zod-openapi";
import { answerSchema } from "../caption/answer.ts";
import { optionsQuerySchema } from "../caption/options.ts";
import { problemResponses, problemSchema } from "../openapi/problems.ts";

export const batchQuerySchema = optionsQuerySchema.omit({ format: true });

export const batchSchema = z.strictObject({
  urls: z
    .array(z.string())
    .min(1)
    .openapi({
      description: "Where the pictures are; at most 32, or fewer where the service is set so.",
      example: ["https://example.com/1.jpg", "https://example.com/2.jpg"],
    }),
});

/** A line of the answer: `answer` or `problem` is there. */
const lineSchema = z
  .object({
    index: z.int().openapi({ description: "The URL's place in the request, from 0." }),
    url: z.string(),
    status: z.int().openapi({ description: "What /caption would have answered with." }),
    answer: answerSchema.optional(),
    problem: problemSchema.optional(),
  })
  .openapi("CaptionsLine");

export type CaptionsLine = z.infer<typeof lineSchema>;

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
