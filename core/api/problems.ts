import { z } from "zod";
import { IMAGE_ERRORS, type ImageErrorCode } from "../codecs/errors.ts";

/**
 * Every failure that the service answers with: stable code, status and title. `GET /problems` returns
 * this table, and the `type` of a problem document points into it.
 */
export const problems = {
  missing_url: { status: 400, title: "The URL is missing" },
  invalid_url: { status: 400, title: "The URL is not valid" },
  invalid_parameter: { status: 400, title: "A parameter is not valid" },
  invalid_json: { status: 400, title: "The request's JSON is not valid" },
  too_many_urls: { status: 400, title: "The batch has too many images" },
  invalid_form: { status: 400, title: "The form does not contain exactly one image" },
  url_too_long: { status: 414, title: "The URL is too long" },
  unsupported_scheme: { status: 400, title: "The URL is neither http nor https" },
  credentials_in_url: { status: 400, title: "The URL contains a user name or a password" },
  unauthorized: { status: 401, title: "A key is needed" },
  signature_invalid: { status: 403, title: "The URL's signature is not valid" },
  signature_expired: { status: 403, title: "The URL's signature has expired" },
  own_request: { status: 403, title: "The service does not call itself" },
  host_not_allowed: { status: 403, title: "The URL's host is not allowed" },
  private_address: { status: 403, title: "The URL leads into a private network" },
  forbidden_port: { status: 403, title: "The URL's port is not allowed" },
  empty_image: { status: 422, title: "The image has no bytes" },
  empty_body: { status: 400, title: "The request's body is empty" },
  upload_interrupted: { status: 400, title: "The request's body ended early" },
  upload_timeout: { status: 408, title: "The request's body took too long to arrive" },
  client_gone: { status: 400, title: "The client disconnected before the answer" },
  unresolvable: { status: 502, title: "The image's server has no address" },
  resolver_failed: { status: 503, title: "The image's server could not be looked up" },
  unreachable: { status: 502, title: "The image's server could not be reached" },
  upstream_status: { status: 502, title: "The image's server did not answer with an image" },
  upstream_interrupted: {
    status: 502,
    title: "The image's server sent an incomplete or unreadable answer",
  },
  bad_redirect: { status: 502, title: "The image's server redirects without a valid URL" },
  redirect_loop: { status: 502, title: "The image's server redirects in a circle" },
  too_many_redirects: { status: 502, title: "The image's server redirects too often" },
  rate_limited: { status: 429, title: "Too many images in a short time" },
  too_many_subrequests: { status: 503, title: "The batch's images redirect too often" },
  timeout: { status: 504, title: "The image's server took too long" },
  too_many_bytes: { status: 413, title: "There are too many bytes" },
  too_many_pixels: { status: 422, title: "The image has too many pixels" },
  unsupported_format: { status: 415, title: "The bytes are not an image of a supported format" },
  unsupported_image: { status: 415, title: "This variant of the image's format is not supported" },
  broken_image: { status: 422, title: "The image is damaged" },
  blank_image: { status: 422, title: "The image is blank" },
  not_found: { status: 404, title: "The path does not exist" },
  method_not_allowed: { status: 405, title: "The path does not have this method" },
  attention_unavailable: { status: 400, title: "The model has no attention to return" },
  unknown_style: { status: 400, title: "The model does not have the style" },
  no_calibration: { status: 422, title: "The model is not calibrated" },
  overloaded: { status: 503, title: "The service is overloaded" },
  model_unavailable: { status: 503, title: "The model could not be loaded" },
  invalid_settings: { status: 500, title: "The service is not configured correctly" },
  internal_error: { status: 500, title: "The service failed unexpectedly" },
} as const satisfies Record<string, { status: number; title: string }>;

/** A stable code of {@link problems}. */
export type ProblemCode = keyof typeof problems;

/** Problems of an image's bytes. */
export const imageProblems: readonly ProblemCode[] = [
  ...(Object.keys(IMAGE_ERRORS) as ImageErrorCode[]),
  "too_many_bytes",
  "blank_image",
];

const problemCodes = Object.keys(problems) as ProblemCode[];

/** A problem document (RFC 9457). */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: "An entry of GET /problems." }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(problemCodes).meta({ description: "Stable, for programs." }),
    retryAfter: z.int().min(0).optional().meta({
      description: "Seconds after which to try again, if that is known.",
    }),
    requestId: z.string().meta({ description: "Identifies the request's line in the log." }),
  })
  .meta({ id: "Problem" });

/** A parsed {@link problemSchema}. */
export type ProblemDocument = z.infer<typeof problemSchema>;

/** The answer of `GET /problems`. */
export const problemTableSchema = z.record(
  z.enum(problemCodes),
  z.object({ status: z.int(), title: z.string() }),
);
