import { createRoute, z } from "@hono/zod-openapi";
import { answerSchema } from "../../core/api/caption-answer.ts";
import {
  optionsQuerySchema,
  urlBodySchema,
  urlQuerySchema,
} from "../../core/api/caption-options.ts";
import type { ProblemCode } from "../../core/api/problems.ts";
import { answerExamples } from "../openapi/examples.ts";
import { problemResponses } from "../openapi/problems.ts";
import { byKey } from "../openapi/security.ts";

const answer = {
  description: "A sentence about the picture.",
  content: {
    "application/json": { schema: answerSchema, examples: answerExamples },
    "text/plain": { schema: z.string(), example: "A dog runs.\n" },
  },
};

/** What can be wrong with a URL and with whatever is behind it. */
const fetchProblems: readonly ProblemCode[] = [
  "invalid_url",
  "url_too_long",
  "unsupported_scheme",
  "credentials_in_url",
  "host_not_allowed",
  "private_address",
  "forbidden_port",
  "unresolvable",
  "resolver_failed",
  "unreachable",
  "upstream_status",
  "upstream_interrupted",
  "bad_redirect",
  "redirect_loop",
  "too_many_redirects",
  "timeout",
];

const pictureProblems: readonly ProblemCode[] = [
  "unauthorized",
  "own_request",
  "rate_limited",
  "invalid_parameter",
  "empty_image",
  "too_many_bytes",
  "too_many_pixels",
  "unsupported_format",
  "unsupported_image",
  "broken_image",
  "attention_unavailable",
  "overloaded",
  "model_unavailable",
];

const text = (description: string) => ({ description, schema: { type: "string" as const } });

export const captionByUrlRoute = createRoute({
  method: "get",
  path: "/caption",
  operationId: "captionByUrl",
  summary: "Caption a picture on the internet",
  security: [...byKey, { signature: [] }],
  request: { query: urlQuerySchema },
  responses: {
    200: {
      ...answer,
      headers: {
        ETag: text("Names this answer, for `If-None-Match`."),
        Age: text("Seconds since it was kept, if it was."),
        "Cache-Status": text("What the cache did, as of RFC 9211."),
      },
    },
    304: { description: "The answer is the one that `If-None-Match` names." },
    ...problemResponses([
      "missing_url",
      "signature_invalid",
      "signature_expired",
      ...fetchProblems,
      ...pictureProblems,
    ]),
  },
});

/** Bytes, as OpenAPI 3.1 says it. */
const file = z.string().meta({ contentMediaType: "application/octet-stream" });

export const captionByUploadRoute = createRoute({
  method: "post",
  path: "/caption",
  operationId: "captionByUpload",
  security: byKey,
  summary: "Caption a picture that is sent along, or named",
  description: "The bytes decide what a picture is, whatever its type is said to be.",
  request: {
    query: optionsQuerySchema,
    body: {
      required: true,
      content: {
        "image/*": { schema: file },
        "multipart/form-data": { schema: z.object({ image: file }) },
        "application/json": {
          schema: urlBodySchema,
          example: { url: "https://example.com/photo.jpg" },
        },
      },
    },
  },
  responses: {
    200: answer,
    ...problemResponses([
      "invalid_json",
      "invalid_form",
      "empty_body",
      "upload_interrupted",
      "upload_timeout",
      ...fetchProblems,
      ...pictureProblems,
    ]),
  },
});
