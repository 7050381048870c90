import type { Context } from "hono";
import { Admission } from "../admission.ts";
import type { Bindings, Environment } from "../environment.ts";
import type { RequestRecord } from "../log.ts";
import { Problem } from "../problem.ts";
import type { Settings } from "../settings.ts";

/** What captioning a picture needs of the request that asks for it; a batch has a job a picture. */
export interface Job {
  readonly bindings: Bindings;
  readonly settings: Settings;
  /** Where the request was sent. */
  readonly ownUrl: URL;
  /** What is learnt of the picture, for the log. */
  readonly record: RequestRecord;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  /** Counts the picture's bytes among those of all jobs. */
  readonly hold: (bytes: number) => void;
  /** Lets a promise go on after the answer was sent. */
  readonly keepAlive: (promise: Promise<unknown>) => void;
}

/** A job before it has a place. */
export type JobRequest = Omit<Job, "hold">;

export function requestOf(c: Context<Environment>): JobRequest {
  return {
    bindings: c.env,
    settings: c.var.settings,
    ownUrl: new URL(c.req.url),
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
  const place = await admission.enter(request.signal).catch((cause) => {
    if (cause instanceof Problem) throw cause;
    throw new Problem("client_gone", "Nobody waits any more.", { cause });
  });
  const done = work({ ...request, hold: place.hold }).finally(place.leave);
  // Were it cut short when its client goes away, it would never give up its place.
  request.keepAlive(done.catch(() => undefined));
  return done;
}
