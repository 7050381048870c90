import type { Context, MiddlewareHandler } from "hono";
import type { Environment } from "./environment.ts";
import { asProblem } from "./problem.ts";

/** What the log says about a request; handlers add what they learn. */
export interface RequestRecord {
  /** The problem's code, if the request failed. */
  code?: string;
  /** The host of the image's URL. The rest of a URL may be a secret. */
  imageHost?: string;
  /** The whole URL, if a setting asks for it. */
  imageUrl?: string;
  redirects?: number;
  imageBytes?: number;
  imageFormat?: string;
  imagePixels?: number;
  model?: string;
  /** What the cache did, in the words of RFC 9211. */
  cache?: string;
  /** Milliseconds spent waiting for a slot. */
  waitMs?: number;
  /** Milliseconds of the download, redirects included. */
  fetchMs?: number;
  /** Milliseconds from the image's bytes to the model's input. */
  decodeMs?: number;
  /** Milliseconds from the model's input to the words. */
  inferenceMs?: number;
  /** The cause of a failure, which the problem document does not show. */
  cause?: string;
  /** A record for each image of a batch. */
  images?: readonly RequestRecord[];
}

/**
 * Writes one line of JSON for each request; for a batch when its last image is done.
 *
 * On Cloudflare's network the clock stands still while the Worker computes, so that durations of
 * pure computing read about zero there.
 */
export const logRequests: MiddlewareHandler<Environment> = async (c, next) => {
  const started = Date.now();
  c.set("record", {});
  await next();
  const { finished } = c.var;
  if (finished) c.executionCtx.waitUntil(finished.then(() => writeLine(c, started)));
  else writeLine(c, started);
};

function writeLine(c: Context<Environment>, started: number): void {
  const { requestId, record } = c.var;
  const { method, path } = c.req;
  const { status } = c.res;
  const milliseconds = Date.now() - started;
  const request = { requestId, method, path, status, outcome: outcomeOf(status) };
  const line = { ...request, ...record, milliseconds, ...causeOf(c.error) };
  if (status === 500) console.error(JSON.stringify(line));
  else console.log(JSON.stringify(line));
}

function outcomeOf(status: number): "answered" | "refused" | "failed" {
  if (status < 400) return "answered";
  return status < 500 ? "refused" : "failed";
}

/** Returns the cause of a failure for the log; for an unexpected error, with its stack. */
export function causeOf(error: unknown): Pick<RequestRecord, "cause"> {
  if (error === undefined) return {};
  const problem = asProblem(error);
  if (problem.cause === undefined) return {};
  const { cause } = problem;
  if (!(cause instanceof Error)) return { cause: String(cause) };
  return {
    cause: problem.code === "internal_error" ? (cause.stack ?? cause.message) : cause.message,
  };
}
