import type { Context } from "hono";
import { type ProblemCode, problems } from "../core/api/problems.ts";
import { UserError } from "../core/errors.ts";
import type { Environment } from "./environment.ts";

/** A failure with a place in the table of problems, and the headers that its answer needs. */
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

/** What ends work that nobody wants the result of any more. */
export function clientGone(options?: ErrorOptions): Problem {
  return new Problem("client_gone", "Nobody waits any more.", options);
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
