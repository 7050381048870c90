import type { Context } from "hono";
import type { Bindings, Environment } from "../environment.ts";
import type { RequestRecord } from "../log.ts";
import type { Settings } from "../settings.ts";

/** What captioning a picture needs of the request that asks for it; a batch has a job a picture. */
export interface Job {
  readonly bindings: Bindings;
  readonly settings: Settings;
  /** What is learnt of the picture, for the log. */
  readonly record: RequestRecord;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  /** Lets a promise go on after the answer was sent. */
  readonly keepAlive: (promise: Promise<unknown>) => void;
}

export function jobOf(c: Context<Environment>): Job {
  return {
    bindings: c.env,
    settings: c.var.settings,
    record: c.var.record,
    signal: c.req.raw.signal,
    keepAlive: (promise) => c.executionCtx.waitUntil(promise),
  };
}
