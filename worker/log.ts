import type { Context, MiddlewareHandler } from "hono";
import type { Environment } from "./environment.ts";
import { asProblem } from "./problem.ts";

/** What is worth knowing of a request afterwards; handlers add what they learn. */
export interface RequestRecord {
  /** The problem's code, where the request failed. */
  code?: string;
  /** Host of the picture's URL: the rest of it may be somebody's secret. */
  imageHost?: string;
  /** All of it, where a setting asks for it. */
  imageUrl?: string;
  redirects?: number;
  imageBytes?: number;
  imageFormat?: string;
  imagePixels?: number;
  model?: string;
  /** What the cache did, in the words of RFC 9211. */
  cache?: string;
  /** Milliseconds until there was a place. */
  waitMs?: number;
  /** Milliseconds of the download, redirects included. */
  fetchMs?: number;
  /** Milliseconds from the picture's bytes to the model's input. */
  decodeMs?: number;
  /** Milliseconds from the model's input to the words. */
  inferenceMs?: number;
  /** What the problem document keeps to itself. */
  cause?: string;
  /** The pictures of a batch, and how each ended. */
  pictures?: readonly RequestRecord[];
}

/**
 * Writes one line of JSON a request.
 *
 * Durations read about zero on Cloudflare's network while the Worker computes: the clock stands
 * still there between two waits. A batch's line is written when its last picture is done.
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

/** Whose doing it was: as the table of failures has it, a status says that. */
function outcomeOf(status: number): "answered" | "refused" | "failed" {
  if (status < 400) return "answered";
  return status < 500 ? "refused" : "failed";
}

/** What is behind a failure: where it is nobody's mistake but ours, with its stack. */
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
