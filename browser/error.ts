import type { ProblemCode } from "../core/api/problems.ts";

/**
 * The stable codes of failures in a browser: the service's own, and two of the page. `closed`: the
 * captioner was closed; `unreadable_element`: the page may not read the element's pixels.
 */
export type CaptionerErrorCode = ProblemCode | "closed" | "unreadable_element";

/**
 * Thrown when an image cannot be captioned. The message is one sentence for people.
 *
 * @example
 * ```ts
 * try {
 *   await captioner.caption(file);
 * } catch (error) {
 *   if (error instanceof CaptionerError && error.code === "unsupported_format") return "";
 *   throw error;
 * }
 * ```
 */
export class CaptionerError extends Error {
  override readonly name = "CaptionerError";
  readonly code: CaptionerErrorCode;

  constructor(code: CaptionerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
