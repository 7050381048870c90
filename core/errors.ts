/**
 * A mistake of the user's: something about what was asked or given, never about this program.
 *
 * The code is part of the interface: stable, in snake case, for programs. The message is one
 * sentence for people and says what was wrong with what, and where possible what to do about it.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
