import type { ProblemCode, ProblemDocument } from "../core/api/problems.ts";
import type { SiteProblemCode, SiteProblemDocument } from "../core/api/site.ts";

/**
 * Thrown when the service answers with a problem, or with something that is not its answer.
 *
 * @example
 * ```ts
 * try {
 *   await client.caption(url);
 * } catch (error) {
 *   if (error instanceof CaptionError && error.code === "unsupported_format") return "";
 *   throw error;
 * }
 * ```
 */
export class CaptionError extends Error {
  override readonly name = "CaptionError";
  /**
   * The problem's stable code; `unexpected_answer` if something other than the service answered, or if
   * its answer ended early.
   */
  readonly code: ProblemCode | SiteProblemCode | "unexpected_answer";
  /** The HTTP status. */
  readonly status: number;
  /** The problem document, if the service sent one. */
  readonly problem: ProblemDocument | SiteProblemDocument | undefined;
  /** Seconds after which to try again, if the service sent `Retry-After`. */
  readonly retryAfter: number | undefined;

  /** @param answered - the response. */
  constructor(
    message: string,
    answered: Pick<Response, "status" | "headers">,
    options: ErrorOptions & { readonly problem?: ProblemDocument | SiteProblemDocument } = {},
  ) {
    super(message, options);
    this.code = options.problem?.code ?? "unexpected_answer";
    this.status = answered.status;
    this.problem = options.problem;
    const seconds = Number(answered.headers.get("Retry-After") ?? Number.NaN);
    this.retryAfter = Number.isNaN(seconds) ? undefined : seconds;
  }
}
