import type { z } from "zod";

/**
 * Thrown for a mistake of the user: something is wrong with the input, not with this program.
 *
 * The code is part of the interface: stable, in snake case, for programs. The message is one sentence
 * for people that says what is wrong with what, and where possible what to do about it.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  /** The stable code, in snake case. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Returns the first issue of a failed parse, for an error message.
 *
 * @returns `place` is the issue's path with dots, empty for the whole value; `message` has no full stop.
 */
export function firstIssue({ issues }: z.core.$ZodError): {
  readonly issue: z.core.$ZodIssue | undefined;
  readonly place: string;
  readonly message: string;
} {
  const [issue] = issues;
  return { issue, place: issue?.path.join(".") ?? "", message: issue?.message ?? "" };
}
