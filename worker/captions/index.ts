/**
 * `POST /captions`: many URLs in, a line of JSON for each out, as soon as it is done.
 *
 * @module
 */

import type { Context } from "hono";
import { batchQuerySchema, batchSchema, type CaptionsLine } from "../../core/api/batch.ts";
import { countPictures } from "../access/rate-limit.ts";
import { answerFor } from "../answers/index.ts";
import { readyCaptioner } from "../caption/caption-image.ts";
import { type JobRequest, requestOf } from "../caption/job.ts";
import { type AnswerOptions, readOptions } from "../caption/options.ts";
import { parseJson, readBody } from "../caption/read-picture.ts";
import { answerOf } from "../caption/respond.ts";
import type { Environment } from "../environment.ts";
import { causeOf } from "../log.ts";
import { asProblem, describeProblem, Problem } from "../problem.ts";
import { readQuery } from "../query.ts";
import type { Settings } from "../settings.ts";
import { planBatch, simultaneousPictures } from "./budget.ts";
import { streamLines } from "./stream-lines.ts";

/** `POST /captions` */
export async function captionMany(c: Context<Environment>): Promise<Response> {
  const { settings, record, requestId } = c.var;
  const options = readOptions({ ...readQuery(c, batchQuerySchema), format: "json" });
  const urls = await readUrls(c.req.raw, settings);
  await countPictures(c, urls.length);
  const request = requestOf(c);
  // What is wrong with the model is wrong with all pictures alike, and can still be a status.
  const { bundle } = await readyCaptioner(options, request);
  const budget = planBatch(urls.length, bundle.manifest, settings);
  const caching = budget.useCache ? request.caching : { not: "subrequests" };

  const stopped = new AbortController();
  const signal = AbortSignal.any([request.signal, stopped.signal]);
  const batch = { ...request, caching, signal, redirects: budget.redirects };
  const jobs = urls.map((): JobRequest => ({ ...batch, record: {} }));
  record.pictures = jobs.map((job) => job.record);
  if ("not" in caching) record.cache = `fwd=bypass; detail=${caching.not}`;
  const lines = streamLines(jobs, simultaneousPictures(settings), (job, index) =>
    captionOne({ index, url: urls[index] ?? "" }, options, job, requestId),
  );
  // If nobody reads on, what is under way for the rest of the batch is of no use to anybody.
  c.set(
    "finished",
    lines.finished.catch((reason) => stopped.abort(reason)),
  );
  return c.body(lines.readable, 200, {
    "Content-Type": "application/x-ndjson",
    "Cache-Control": "no-store",
  });
}

async function readUrls(request: Request, settings: Settings): Promise<readonly string[]> {
  const limit = settings.MAX_BATCH * (settings.MAX_URL_LENGTH * 4 + 100);
  const { urls } = parseJson(await readBody(request, settings, limit), batchSchema);
  if (urls.length <= settings.MAX_BATCH) return urls;
  throw new Problem("too_many_urls", `A batch may name ${settings.MAX_BATCH} pictures.`);
}

/** Never throws: what is wrong with one picture does not concern the others. */
async function captionOne(
  picture: Pick<CaptionsLine, "index" | "url">,
  options: AnswerOptions,
  job: JobRequest,
  requestId: string,
): Promise<CaptionsLine> {
  try {
    const answer = answerOf(await answerFor(picture.url, options, job));
    return { ...picture, status: 200, answer };
  } catch (error) {
    const document = describeProblem(asProblem(error), requestId);
    Object.assign(job.record, { code: document.code, ...causeOf(error) });
    return { ...picture, status: document.status, problem: document };
  }
}
