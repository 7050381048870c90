import { createRoute, type RouteConfig } from "@hono/zod-openapi";
import { readOptions } from "../../core/answer/options.ts";
import {
  batchQuerySchema,
  batchSchema,
  type CaptionsLine,
  lineSchema,
} from "../../core/api/batch.ts";
import { withholdUnsure } from "../../core/confidence/withhold.ts";
import { requireAccess } from "../access/index.ts";
import { countImages } from "../access/rate-limit.ts";
import { reportCacheStatus } from "../cache/status.ts";
import { answerOf, answerUrl } from "../captioning/answer-url.ts";
import { planBatch, simultaneousImages } from "../captioning/batch/budget.ts";
import { streamLines } from "../captioning/batch/stream-lines.ts";
import { type CaptionRequest, openRequest, readTarget } from "../captioning/request.ts";
import { causeOf } from "../http/log.ts";
import { refuseOwnRequests } from "../http/own-request.ts";
import { asProblem, describeProblem, Problem } from "../http/problem.ts";
import { readJson } from "../http/request-body.ts";
import { createRouter } from "../http/router.ts";
import type { Settings } from "../settings/index.ts";
import { bodySchema } from "./describe/body-schema.ts";
import { uploadProblems } from "./describe/caption-problems.ts";
import { lineExamples } from "./describe/examples.ts";
import { problemResponses } from "./describe/problem-responses.ts";
import { byKey } from "./describe/security.ts";

/** Without the literal type: OpenAPIHono would not accept a stream for a type that is not JSON. */
const responses: RouteConfig["responses"] = {
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
    ...uploadProblems,
    "attention_unavailable",
    "unknown_style",
    "no_calibration",
    "model_unavailable",
  ]),
};

const captionMany = createRoute({
  method: "post",
  path: "/captions",
  operationId: "captionMany",
  security: byKey,
  middleware: [reportCacheStatus, refuseOwnRequests, requireAccess],
  summary: "Caption many images on the internet",
  description: "Answers with a line of JSON for each image, as soon as it is done.",
  request: {
    query: batchQuerySchema,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: bodySchema(batchSchema),
          example: { urls: ["https://example.com/1.jpg", "https://example.com/2.jpg"] },
        },
      },
    },
  },
  responses,
});

/** `POST /captions`: the captions of many images, a line of JSON for each. */
export const captionsRoutes = createRouter().openapi(captionMany, async (c) => {
  const { settings, record, requestId } = c.var;
  const options = readOptions(c.req.valid("query"), { neutral: settings.NEUTRAL });
  const { minConfidence } = options;
  const urls = await readUrls(c.req.raw, settings);
  await countImages(c, urls.length);
  const request = await openRequest(c, options);
  // A model that cannot be loaded concerns all images, and can still be the status of the answer.
  await request.model.load();
  const budget = planBatch(urls.length, request.model.manifest, settings);
  const caching = budget.useCache ? request.caching : { bypass: "subrequests" };
  if ("bypass" in caching) record.cache = `fwd=bypass; detail=${caching.bypass}`;

  const stopped = new AbortController();
  const signal = AbortSignal.any([request.signal, stopped.signal]);
  const batch = { ...request, caching, signal, redirects: budget.redirects };
  const requests = urls.map((): CaptionRequest => ({ ...batch, record: {} }));
  record.images = requests.map((one) => one.record);
  const lines = streamLines(requests, simultaneousImages(settings), (one, index) =>
    captionOne({ index, url: urls[index] ?? "" }, one, { requestId, minConfidence }),
  );
  // When the client stops reading, the rest of the batch is given up.
  c.set(
    "finished",
    lines.finished.catch((reason) => stopped.abort(reason)),
  );
  return c.body(lines.readable, 200, {
    "Content-Type": "application/x-ndjson",
    "Cache-Control": "no-store",
  });
});

async function readUrls(request: Request, settings: Settings): Promise<readonly string[]> {
  const limit = settings.MAX_BATCH * (settings.MAX_URL_LENGTH * 4 + 100);
  const { urls } = await readJson(request, batchSchema, settings, limit);
  if (urls.length <= settings.MAX_BATCH) return urls;
  throw new Problem("too_many_urls", `A batch may name at most ${settings.MAX_BATCH} images.`);
}

/** Never throws: a failure becomes the line of its image. */
async function captionOne(
  image: Pick<CaptionsLine, "index" | "url">,
  request: CaptionRequest,
  batch: { readonly requestId: string; readonly minConfidence: number | undefined },
): Promise<CaptionsLine> {
  try {
    const target = readTarget(image.url, request);
    const answer = answerOf(await answerUrl(target, request));
    return { ...image, status: 200, answer: withholdUnsure(answer, batch.minConfidence) };
  } catch (error) {
    const document = describeProblem(asProblem(error), batch.requestId);
    Object.assign(request.record, { code: document.code, ...causeOf(error) });
    return { ...image, status: document.status, problem: document };
  }
}
