import type { Context, MiddlewareHandler } from "hono";
import type { Environment } from "./environment.ts";
import { asProblem } from "./problem.ts";

/** What is worth knowing of a request afterwards; handlers add what they learn. */
export interface RequestRecord {
  /** The problem's code, where the request failed. */
  code?: string;
  /** Host of the picture's URL: the rest of it may be somebody's secret. */
  imageHost?: string;
  redirects?: number;
  imageBytes?: number;
  imageFormat?: string;
  imagePixels?: number;
  model?: string;
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
  const line = { requestId, method, path, status, ...record, milliseconds, ...causeOf(c.error) };
  if (status === 500) console.error(JSON.stringify(line));
  else console.log(JSON.stringify(line));
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
