import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { UserError } from "../core/errors.ts";
import type { Environment } from "./environment.ts";

/**
 * Every failure that this service answers with: its stable code, its status, and what it means.
 *
 * `GET /problems` shows this table, and each problem document's `type` points into it.
 */
export const problems = {
  missing_url: { status: 400, title: "No URL was given" },
  invalid_url: { status: 400, title: "The URL cannot be understood" },
  invalid_parameter: { status: 400, title: "A parameter is not understood" },
  invalid_json: { status: 400, title: "The request's body is not the JSON that is expected" },
  too_many_urls: { status: 400, title: "The batch names too many pictures" },
  invalid_form: { status: 400, title: "The request's form has no picture in it" },
  url_too_long: { status: 414, title: "The URL is too long" },
  unsupported_scheme: { status: 400, title: "The URL is neither http nor https" },
  credentials_in_url: { status: 400, title: "The URL carries a user name or a password" },
  unauthorized: { status: 401, title: "A key is needed" },
  signature_invalid: { status: 403, title: "The URL's signature does not fit" },
  signature_expired: { status: 403, title: "The URL's signature has expired" },
  own_request: { status: 403, title: "The service does not ask itself" },
  host_not_allowed: { status: 403, title: "The URL's host is not one that may be fetched from" },
  private_address: { status: 403, title: "The URL leads into a private network" },
  forbidden_port: { status: 403, title: "The URL names a port that is not fetched from" },
  empty_image: { status: 422, title: "The picture has no bytes" },
  empty_body: { status: 400, title: "The request has no picture in its body" },
  upload_interrupted: { status: 400, title: "The request's body ended early" },
  upload_timeout: { status: 408, title: "The request's body took too long to arrive" },
  client_gone: { status: 400, title: "Whoever asked went away before the answer" },
  unreachable: { status: 502, title: "The picture's server could not be reached" },
  upstream_status: { status: 502, title: "The picture's server did not answer 200" },
  upstream_interrupted: { status: 502, title: "The picture's server broke off its answer" },
  bad_redirect: { status: 502, title: "The picture's server redirects to nowhere" },
  redirect_loop: { status: 502, title: "The picture's server redirects in a circle" },
  too_many_redirects: { status: 502, title: "The picture's server redirects too often" },
  rate_limited: { status: 429, title: "Too many pictures in a short time" },
  too_many_subrequests: { status: 503, title: "The batch's pictures redirect too often" },
  timeout: { status: 504, title: "The picture's server took too long" },
  too_many_bytes: { status: 413, title: "The picture has too many bytes" },
  too_many_pixels: { status: 422, title: "The picture has too many pixels" },
  unsupported_format: { status: 415, title: "The bytes are not a picture of a known format" },
  unsupported_image: { status: 415, title: "The format is known, but not this kind of it" },
  broken_image: { status: 422, title: "The picture is damaged" },
  not_found: { status: 404, title: "There is nothing at this path" },
  method_not_allowed: { status: 405, title: "The path does not understand this method" },
  attention_unavailable: { status: 400, title: "The model does not say where it looked" },
  overloaded: { status: 503, title: "The service has more to do than it can take on" },
  model_unavailable: { status: 503, title: "The model could not be loaded" },
  invalid_settings: { status: 500, title: "The service is not set up correctly" },
  internal_error: { status: 500, title: "Something unexpected happened" },
} as const satisfies Record<string, { status: ContentfulStatusCode; title: string }>;

export type ProblemCode = keyof typeof problems;

/** A failure with a place in the table above, and the headers that its answer needs. */
export class Problem extends UserError {
  declare readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    options?: ErrorOptions & { headers?: Record<string, string> },
  ) {
    super(code, detail, options);
    this.headers = options?.headers ?? {};
  }
}

/**
 * The answer to a failure: a problem document as of RFC 9457.
 *
 * An error that is nobody's mistake but ours says nothing of itself: the request id leads to the
 * line of the log that has the rest.
 */
export function answerProblem(error: unknown, c: Context<Environment>): Response {
  const problem = asProblem(error);
  c.var.record.code = problem.code;
  const document = describeProblem(problem, c.var.requestId);
  return c.json(document, document.status, {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
    ...problem.headers,
  });
}

export function describeProblem(problem: Problem, requestId: string) {
  const { status, title } = problems[problem.code];
  const { code, message: detail } = problem;
  return { type: `/problems#${code}`, title, status, detail, code, requestId };
}

/** Whatever was thrown, as a failure with a place in the table. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof UserError && isProblemCode(error.code)) {
    return new Problem(error.code, error.message, { cause: error.cause });
  }
  return new Problem(
    "internal_error",
    "The request could not be answered. The service's log has the reason under this request id.",
    { cause: error },
  );
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problems, code);
}

/** `GET /problems`: the table. */
export function listProblems(c: Context<Environment>): Response {
  return c.json(problems);
}

/** A path that is not there. */
export function refusePath(c: Context<Environment>): Response {
  return answerProblem(new Problem("not_found", `There is no ${c.req.path} here.`), c);
}

/** A path that is there, but not for this method; unless it was only asked for its methods. */
export function refuseMethod(c: Context<Environment>, methods: string[]): Response {
  const allow = methods.join(", ");
  if (c.req.method === "OPTIONS") {
    delete c.var.record.code;
    return new Response(null, { status: 204, headers: { Allow: allow } });
  }
  const detail = `${c.req.path} understands ${allow}, not ${c.req.method}.`;
  return answerProblem(new Problem("method_not_allowed", detail, { headers: { Allow: allow } }), c);
}
