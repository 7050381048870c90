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

/** Makes a {@link UserError} about an image. */
export function imageError(
  code: ImageErrorCode,
  message: string,
  options?: ErrorOptions,
): UserError {
  return new UserError(code, message, options);
}

/** Thrown when decoding an image takes more memory than the limit. */
export class MemoryLimitError extends Error {
  override readonly name = "MemoryLimitError";
  /** The limit, in bytes. */
  readonly limit: number;

  constructor(limit: number, options?: ErrorOptions) {
    super(`the image takes more than ${limit} bytes to decode`, options);
    this.limit = limit;
  }
}

/** Thrown when a codec cannot be loaded, which is never the image's fault. */
export class CodecUnavailableError extends Error {
  override readonly name = "CodecUnavailableError";
}
