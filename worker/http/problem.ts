import type { Context } from "hono";
import { type ProblemCode, type ProblemDocument, problems } from "../../core/api/problems.ts";
import { UserError } from "../../core/errors.ts";
import type { Environment } from "./environment.ts";

/** Thrown for a failure that the table of problems lists, with the headers that its answer needs. */
export class Problem extends UserError {
  declare readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;

  /** @param detail - one sentence for people, sent to the client. */
  constructor(
    code: ProblemCode,
    detail: string,
    options?: ErrorOptions & { headers?: Record<string, string> },
  ) {
    super(code, detail, options);
    this.headers = options?.headers ?? {};
  }
}

/** Returns the problem that ends work for a client that has disconnected. */
export function clientGone(options?: ErrorOptions): Problem {
  return new Problem("client_gone", "The client disconnected.", options);
}

/**
 * Waits for something that fails with a {@link Problem}, or because the request was aborted.
 *
 * @throws {Problem} the one that the wait ended with; `client_gone` for any other reason
 */
export async function unlessGone<T>(waiting: Promise<T>): Promise<T> {
  try {
    return await waiting;
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw clientGone({ cause });
  }
}

/** Returns the problem of an isolate that cannot take on more work for now. */
export function overloaded(detail: string): Problem {
  return new Problem("overloaded", detail, { headers: { "Retry-After": "2" } });
}

/**
 * Answers with a problem document (RFC 9457).
 *
 * An unexpected error shows nothing of itself: the request id leads to the line of the log that has
 * the details.
 */
export function answerProblem(error: unknown, c: Context<Environment>): Response {
  const problem = asProblem(error);
  c.var.record.code = problem.code;
  const document = describeProblem(problem, c.var.requestId);
  return c.json(document, problems[problem.code].status, {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
    ...problem.headers,
  });
}

/** Returns the problem document of a failure. */
export function describeProblem(problem: Problem, requestId: string): ProblemDocument {
  const { status, title } = problems[problem.code];
  const { code, message: detail } = problem;
  const seconds = problem.headers["Retry-After"];
  const retryAfter = seconds === undefined ? {} : { retryAfter: Number(seconds) };
  return { type: `/problems#${code}`, title, status, detail, code, ...retryAfter, requestId };
}

/** Returns the problem that any thrown value stands for; `internal_error` if it is unexpected. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof UserError && isProblemCode(error.code)) {
    return new Problem(error.code, error.message, { cause: error.cause });
  }
  return new Problem(
    "internal_error",
    "The service failed unexpectedly. Its log has the reason under this request id.",
    { cause: error },
  );
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problems, code);
}

/** Answers a request for a path that does not exist. */
export function refusePath(c: Context<Environment>): Response {
  return answerProblem(new Problem("not_found", `There is no ${c.req.path} here.`), c);
}

/** Answers a request for a path that exists with a method that it does not have, and `OPTIONS`. */
export function refuseMethod(c: Context<Environment>, methods: string[]): Response {
  const allow = methods.join(", ");
  if (c.req.method === "OPTIONS") {
    delete c.var.record.code;
    return new Response(null, { status: 204, headers: { Allow: allow } });
  }
  const detail = `${c.req.path} allows ${allow}, not ${c.req.method}.`;
  return answerProblem(new Problem("method_not_allowed", detail, { headers: { Allow: allow } }), c);
}
