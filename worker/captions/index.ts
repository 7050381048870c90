/**
 * `POST /captions`: many URLs in, a line of JSON for each out, as soon as it is done.
 *
 * @module
 */

import type { Context } from "hono";
import { batchQuerySchema, batchSchema, type CaptionsLine } from "../../core/interface/batch.ts";
import { countPictures } from "../access/rate-limit.ts";
import { captionImage, readyCaptioner } from "../caption/caption-image.ts";
import { download } from "../caption/download.ts";
import { type JobRequest, requestOf, withPlace } from "../caption/job.ts";
import { type AnswerOptions, readOptions } from "../caption/options.ts";
import { parseJson, readBody } from "../caption/read-picture.ts";
import type { Environment } from "../environment.ts";
import { Subrequests } from "../fetch-image/subrequests.ts";
import { causeOf } from "../log.ts";
import { asProblem, describeProblem, Problem } from "../problem.ts";
import { readQuery } from "../query.ts";
import type { Settings } from "../settings.ts";
import { inParallel } from "./in-parallel.ts";

/** Of the six connections that the platform allows at once, some are left for the model's files. */
const simultaneous = 4;

/** The bundle's files are read by outgoing requests too: at most this many. */
const bundleFiles = 10;

/** `POST /captions` */
export async function captionMany(c: Context<Environment>): Promise<Response> {
  const { settings, record, requestId } = c.var;
  const options = readOptions({ ...readQuery(c, batchQuerySchema), format: "json" });
  const urls = await readUrls(c.req.raw, settings);
  await countPictures(c, urls.length);
  const batch = requestOf(c);
  // What is wrong with the model is wrong with all pictures alike, and can still be a status.
  await readyCaptioner(options, batch);

  const redirects = new Subrequests(settings.SUBREQUESTS - bundleFiles - urls.length);
  const stopped = new AbortController();
  const signal = AbortSignal.any([batch.signal, stopped.signal]);
  const jobs = urls.map((): JobRequest => ({ ...batch, signal, record: {} }));
  record.pictures = jobs.map((job) => job.record);
  const lines = new TransformStream<string, string>();
  const writer = lines.writable.getWriter();
  const all = inParallel(jobs, simultaneous, async (job, index) => {
    const picture = { index, url: urls[index] ?? "" };
    const line = await captionOne(picture, options, job, redirects, requestId);
    await writer.write(`${JSON.stringify(line)}\n`);
  });
  c.set(
    "finished",
    all.then(() => writer.close()).catch((error) => writer.abort(error)),
  );
  return c.body(lines.readable.pipeThrough(new TextEncoderStream()), 200, {
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
  redirects: Subrequests,
  requestId: string,
): Promise<CaptionsLine> {
  try {
    const answer = await withPlace(job, async (placed) =>
      captionImage(await download(picture.url, placed, redirects), options, placed),
    );
    return { ...picture, status: 200, answer };
  } catch (error) {
    const document = describeProblem(asProblem(error), requestId);
    Object.assign(job.record, { code: document.code, ...causeOf(error) });
    return { ...picture, status: document.status, problem: document };
  }
}
