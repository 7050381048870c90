/**
 * Answers about pictures that have a URL: each is worked out once, and then kept for a while.
 *
 * @module
 */

import { captionImage, checkOptions } from "../caption/caption-image.ts";
import { download } from "../caption/download.ts";
import { type JobRequest, withPlace } from "../caption/job.ts";
import type { AnswerOptions } from "../caption/options.ts";
import { parseTarget, type Target } from "../fetch-image/index.ts";
import { describeModel } from "../model.ts";
import { asProblem } from "../problem.ts";
import { ageOf, findKept, keep, secondsKept, secondsLeft } from "./kept.ts";
import { answerKey } from "./key.ts";
import { type Settled, settle } from "./outcome.ts";
import { SharedWork } from "./shared-work.ts";

/** What fails for one request need not fail for another that waits with it. */
const shared = new SharedWork<Settled>((error) =>
  ["client_gone", "too_many_subrequests"].includes(asProblem(error).code),
);

/** An answer, or what is wrong with the picture, and how long ago that was found. */
export interface Found extends Settled {
  /** Seconds since it was kept; nothing if it was found just now. */
  readonly age?: number;
}

/**
 * Finds out what is in the picture behind a URL.
 *
 * @throws Problem as `parseTarget`, `model_unavailable`, `attention_unavailable`, `client_gone`, and
 *   whatever goes wrong that is not about the picture
 */
export async function answerFor(
  url: string | undefined,
  options: AnswerOptions,
  request: JobRequest,
): Promise<Found> {
  const { settings, ownUrl, record, caching } = request;
  const target = parseTarget(url, { ...settings, ownUrl });
  record.imageHost = target.url.host;
  if (settings.LOG_URLS === "true") record.imageUrl = target.url.href;
  const model = await describeModel(request.bindings, request.keepAlive);
  checkOptions(options, model.manifest);
  const key = await answerKey(ownUrl, target.url, options, model);

  const isLookedUp = "kept" in caching && !caching.fresh;
  // A cache that fails costs time, not an answer.
  const kept = isLookedUp ? await findKept(key, settings).catch(() => undefined) : undefined;
  if (kept) {
    record.cache = `hit; ttl=${secondsLeft(kept, settings)}`;
    return { ...kept, age: ageOf(kept) };
  }
  return workOut(key, target, options, request);
}

async function workOut(
  key: string,
  target: Target,
  options: AnswerOptions,
  request: JobRequest,
): Promise<Settled> {
  const { settings, record, caching } = request;
  const work = {
    run: (signal: AbortSignal) => settle(captionTarget(target, options, { ...request, signal })),
    after: (settled: Settled) =>
      "kept" in caching ? keep(key, settled, settings) : Promise.resolve(),
  };
  record.cache = missOf(request);
  // Who asks for a new answer does not want one that somebody else began to work out before.
  const sharedKey = "kept" in caching && caching.fresh ? `${key}#${crypto.randomUUID()}` : key;
  const { result, joined } = await shared.do(sharedKey, request, work);
  if (joined) record.cache += "; collapsed";
  else if ("kept" in caching && secondsKept(result, settings) > 0) record.cache += "; stored";
  return result;
}

function captionTarget(target: Target, options: AnswerOptions, request: JobRequest) {
  return withPlace(request, async (job) => captionImage(await download(target, job), options, job));
}

/** Why the answer is not in the cache: see RFC 9211. */
function missOf({ caching }: JobRequest): string {
  if ("not" in caching) return `fwd=bypass; detail=${caching.not}`;
  return caching.fresh ? "fwd=request" : "fwd=uri-miss";
}
