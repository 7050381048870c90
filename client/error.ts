import type { ProblemCode, ProblemDocument } from "../core/api/problems.ts";

/**
 * The service answered, but not with what was asked for.
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
   * The problem's stable code; `unexpected_answer` where something other than the service answered,
   * or where the answer broke off.
   */
  readonly code: ProblemCode | "unexpected_answer";
  readonly status: number;
  /** The problem document that the service sent. */
  readonly problem: ProblemDocument | undefined;
  /** Seconds after which it is worth to ask again, where the service said so. */
  readonly retryAfter: number | undefined;

  constructor(
    message: string,
    answered: Pick<Response, "status" | "headers">,
    options: ErrorOptions & { readonly problem?: ProblemDocument } = {},
  ) {
    super(message, options);
    this.code = options.problem?.code ?? "unexpected_answer";
    this.status = answered.status;
    this.problem = options.problem;
    const seconds = Number(answered.headers.get("Retry-After") ?? Number.NaN);
    this.retryAfter = Number.isNaN(seconds) ? undefined : seconds;
  }
}
