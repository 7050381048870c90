import { createRoute, z } from "@hono/zod-openapi";
import { readOptions } from "../../core/answer/options.ts";
import { anyAnswerSchema } from "../../core/api/caption-answer.ts";
import {
  optionsQuerySchema,
  urlBodySchema,
  urlQuerySchema,
} from "../../core/api/caption-options.ts";
import { requireAccess } from "../access/index.ts";
import { countImages } from "../access/rate-limit.ts";
import { reportCacheStatus } from "../cache/status.ts";
import { answerOf, answerUrl } from "../captioning/answer-url.ts";
import { captionImage } from "../captioning/caption-image.ts";
import { contextOf, openRequest, readTarget } from "../captioning/request.ts";
import { refuseOwnRequests } from "../http/own-request.ts";
import { isJson, readJson, readUpload } from "../http/request-body.ts";
import { createRouter } from "../http/router.ts";
import { withSlot } from "../isolate/index.ts";
import { bodySchema } from "./describe/body-schema.ts";
import { captionProblems, fetchProblems, uploadProblems } from "./describe/caption-problems.ts";
import { answerExamples } from "./describe/examples.ts";
import { problemResponses } from "./describe/problem-responses.ts";
import { byKey } from "./describe/security.ts";
import { respond, respondFound } from "./respond.ts";

const text = (description: string) => ({ description, schema: { type: "string" as const } });

const captionHeaders = {
  "Caption-Confidence": text("The caption's confidence, where the answer is text."),
  "Caption-Reason": text("Why the text is empty: `low_confidence`."),
};

const answer = {
  description: "A sentence about the image, or why there is none.",
  content: {
    "application/json": { schema: anyAnswerSchema, examples: answerExamples },
    "text/plain": { schema: z.string(), example: "A dog runs.\n" },
  },
};

const captionByUrl = createRoute({
  method: "get",
  path: "/caption",
  operationId: "captionByUrl",
  summary: "Caption an image on the internet",
  security: [...byKey, { signature: [] }],
  middleware: [reportCacheStatus, refuseOwnRequests, requireAccess],
  request: { query: urlQuerySchema },
  responses: {
    200: {
      ...answer,
      headers: {
        ...captionHeaders,
        ETag: text("Identifies this answer, for `If-None-Match`."),
        Age: text("Seconds since the answer was cached, if it was."),
        "Cache-Status": text("What the cache did (RFC 9211)."),
      },
    },
    304: { description: "The client has this answer: see `If-None-Match`." },
    ...problemResponses([
      "missing_url",
      "signature_invalid",
      "signature_expired",
      ...fetchProblems,
      ...captionProblems,
    ]),
  },
});

/** Bytes, as OpenAPI 3.1 describes them. */
const file = z.string().meta({ contentMediaType: "application/octet-stream" });

const captionByUpload = createRoute({
  method: "post",
  path: "/caption",
  operationId: "captionByUpload",
  security: byKey,
  middleware: [reportCacheStatus, refuseOwnRequests, requireAccess],
  summary: "Caption an image that is uploaded or named",
  description: "The bytes decide the image's format, whatever type is declared.",
  request: {
    query: optionsQuerySchema,
    body: {
      required: true,
      content: {
        "image/*": { schema: bodySchema(file) },
        "multipart/form-data": { schema: bodySchema(z.object({ image: file })) },
        "application/json": {
          schema: bodySchema(urlBodySchema),
          example: { url: "https://example.com/photo.jpg" },
        },
      },
    },
  },
  responses: {
    200: { ...answer, headers: captionHeaders },
    ...problemResponses([
      "invalid_json",
      "invalid_form",
      "empty_body",
      ...uploadProblems,
      ...fetchProblems,
      ...captionProblems,
    ]),
  },
});

/** `GET /caption?url=` and `POST /caption`: the caption of one image. */
export const captionRoutes = createRouter()
  .openapi(captionByUrl, async (c) => {
    const query = c.req.valid("query");
    const options = readOptions(query, { neutral: c.var.settings.NEUTRAL });
    await countImages(c, 1);
    const target = readTarget(query.url, contextOf(c));
    const request = await openRequest(c, options);
    return respondFound(c, await answerUrl(target, request), query);
  })
  .openapi(captionByUpload, async (c) => {
    const query = c.req.valid("query");
    const options = readOptions(query, { neutral: c.var.settings.NEUTRAL });
    await countImages(c, 1);
    const { settings, record } = c.var;
    if (isJson(c.req.raw)) {
      const limit = settings.MAX_URL_LENGTH * 4 + 100;
      const { url } = await readJson(c.req.raw, urlBodySchema, settings, limit);
      const target = readTarget(url, contextOf(c));
      const request = await openRequest(c, options);
      return respond(c, answerOf(await answerUrl(target, request)), query);
    }
    record.cache = "fwd=method";
    const request = await openRequest(c, options);
    const captioned = await withSlot(request, async (slot) =>
      captionImage(await readUpload(c.req.raw, settings, slot.hold), request, slot),
    );
    return respond(c, captioned, query);
  });
