import { UserError } from "../errors.ts";

/** The codes of everything that can be wrong with an image, and their meanings. */
export const IMAGE_ERRORS = {
  empty_image: "there are no bytes at all",
  unsupported_format: "not an image, or one of another format, which the message names",
  unsupported_image: "a rare kind of a format that is read",
  broken_image: "the bytes are damaged or cut off",
  too_many_pixels:
    "larger than the limit for its kind, or decoding takes more memory than there is",
} as const;

/** One of {@link IMAGE_ERRORS}. */
export type ImageErrorCode = keyof typeof IMAGE_ERRORS;

/** A {@link UserError} about a picture. */
export function imageError(
  code: ImageErrorCode,
  message: string,
  options?: ErrorOptions,
): UserError {
  return new UserError(code, message, options);
}

/** A codec needs more memory for an image than it may have. */
export class MemoryLimitError extends Error {
  override readonly name = "MemoryLimitError";
  /** The limit, in bytes. */
  readonly limit: number;

  constructor(limit: number, options?: ErrorOptions) {
    super(`the image takes more than ${limit} bytes to decode`, options);
    this.limit = limit;
  }
}

/** A codec could not be loaded: no picture's fault, and never told as if it were. */
export class CodecUnavailableError extends Error {
  override readonly name = "CodecUnavailableError";
}
