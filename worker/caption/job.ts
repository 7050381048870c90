import type { Context } from "hono";
import { Admission, type Place } from "../admission/index.ts";
import { type Caching, cachingOf } from "../answers/caching.ts";
import type { Bindings, Environment } from "../environment.ts";
import type { Subrequests } from "../fetch-image/subrequests.ts";
import type { KeepAlive } from "../loaded-once.ts";
import type { RequestRecord } from "../log.ts";
import { clientGone, Problem } from "../problem.ts";
import type { Settings } from "../settings.ts";

/** What captioning a picture needs of the request that asks for it. */
export interface JobRequest {
  readonly bindings: Bindings;
  readonly settings: Settings;
  /** Where the request was sent. */
  readonly ownUrl: URL;
  readonly caching: Caching;
  /** What redirects are paid from, where that is limited. */
  readonly redirects?: Subrequests;
  /** What is learnt of the picture, for the log. */
  readonly record: RequestRecord;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  /** Lets a promise go on after the answer was sent. */
  readonly keepAlive: KeepAlive;
}

/** A request that has a place; a batch has a job a picture. */
export interface Job extends JobRequest {
  readonly place: Place;
}

export function requestOf(c: Context<Environment>): JobRequest {
  return {
    bindings: c.env,
    settings: c.var.settings,
    ownUrl: new URL(c.req.url),
    caching: cachingOf(c),
    record: c.var.record,
    signal: c.req.raw.signal,
    keepAlive: (promise) => c.executionCtx.waitUntil(promise),
  };
}

/** All requests of an isolate share its memory. */
let admission: Admission | undefined;

/**
 * Does a job when there is a place for it.
 *
 * @throws Problem `overloaded`, `client_gone`; whatever the work throws
 */
export async function withPlace<T>(
  request: JobRequest,
  work: (job: Job) => Promise<T>,
): Promise<T> {
  admission ??= new Admission(request.settings);
  const started = Date.now();
  const place = await unlessGone(admission.enter(request.signal));
  request.record.waitMs = Date.now() - started;
  const done = work({ ...request, place }).finally(place.leave);
  // Were it cut short when its client goes away, it would never give up its place.
  request.keepAlive(done.catch(() => undefined));
  return done;
}

/** @throws Problem `client_gone` for the reason that a signal was aborted with */
export async function unlessGone<T>(waiting: Promise<T>): Promise<T> {
  try {
    return await waiting;
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw clientGone({ cause });
  }
}
