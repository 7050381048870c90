import { UserError } from "../errors.ts";

/** Everything that can be wrong with a picture somebody gives: the codes, and what they mean. */
export const IMAGE_ERRORS = {
  empty_image: "there are no bytes at all",
  unsupported_format: "the bytes are not a picture, or of a format that is not read here",
  unsupported_image: "the format is read here, but not this rare kind of it",
  broken_image: "the bytes are damaged, or end too early",
  too_many_pixels: "the picture is larger than the limit",
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

/** A codec could not be loaded: no picture's fault, and never told as if it were. */
export class CodecUnavailableError extends Error {
  override readonly name = "CodecUnavailableError";
}
