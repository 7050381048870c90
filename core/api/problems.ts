import { z } from "zod";

/**
 * Every failure that this service answers with: its stable code, its status, and what it means.
 *
 * `GET /problems` shows this table, and each problem document's `type` points into it.
 */
export const problems = {
  missing_url: { status: 400, title: "No URL was given" },
  invalid_url: { status: 400, title: "The URL cannot be understood" },
  invalid_parameter: { status: 400, title: "A parameter is not understood" },
  invalid_json: { status: 400, title: "The request's body is not the JSON that is expected" },
  too_many_urls: { status: 400, title: "The batch names too many pictures" },
  invalid_form: { status: 400, title: "The request's form has no picture in it" },
  url_too_long: { status: 414, title: "The URL is too long" },
  unsupported_scheme: { status: 400, title: "The URL is neither http nor https" },
  credentials_in_url: { status: 400, title: "The URL carries a user name or a password" },
  unauthorized: { status: 401, title: "A key is needed" },
  signature_invalid: { status: 403, title: "The URL's signature does not fit" },
  signature_expired: { status: 403, title: "The URL's signature has expired" },
  own_request: { status: 403, title: "The service does not ask itself" },
  host_not_allowed: { status: 403, title: "The URL's host is not one that may be fetched from" },
  private_address: { status: 403, title: "The URL leads into a private network" },
  forbidden_port: { status: 403, title: "The URL names a port that is not fetched from" },
  empty_image: { status: 422, title: "The picture has no bytes" },
  empty_body: { status: 400, title: "The request has no picture in its body" },
  upload_interrupted: { status: 400, title: "The request's body ended early" },
  upload_timeout: { status: 408, title: "The request's body took too long to arrive" },
  client_gone: { status: 400, title: "Whoever asked went away before the answer" },
  unresolvable: { status: 502, title: "The picture's server has no address" },
  resolver_failed: { status: 503, title: "The picture's server could not be looked up" },
  unreachable: { status: 502, title: "The picture's server could not be reached" },
  upstream_status: { status: 502, title: "The picture's server did not answer 200" },
  upstream_interrupted: { status: 502, title: "The picture's server broke off its answer" },
  bad_redirect: { status: 502, title: "The picture's server redirects to nowhere" },
  redirect_loop: { status: 502, title: "The picture's server redirects in a circle" },
  too_many_redirects: { status: 502, title: "The picture's server redirects too often" },
  rate_limited: { status: 429, title: "Too many pictures in a short time" },
  too_many_subrequests: { status: 503, title: "The batch's pictures redirect too often" },
  timeout: { status: 504, title: "The picture's server took too long" },
  too_many_bytes: { status: 413, title: "The picture has too many bytes" },
  too_many_pixels: { status: 422, title: "The picture has too many pixels" },
  unsupported_format: { status: 415, title: "The bytes are not a picture of a known format" },
  unsupported_image: { status: 415, title: "The format is known, but not this kind of it" },
  broken_image: { status: 422, title: "The picture is damaged" },
  not_found: { status: 404, title: "There is nothing at this path" },
  method_not_allowed: { status: 405, title: "The path does not understand this method" },
  attention_unavailable: { status: 400, title: "The model does not say where it looked" },
  overloaded: { status: 503, title: "The service has more to do than it can take on" },
  model_unavailable: { status: 503, title: "The model could not be loaded" },
  invalid_settings: { status: 500, title: "The service is not set up correctly" },
  internal_error: { status: 500, title: "Something unexpected happened" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

const problemCodes = Object.keys(problems) as ProblemCode[];

/** A problem document, RFC 9457. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: "A place in GET /problems." }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(problemCodes).meta({ description: "Stable: for programs." }),
    requestId: z.string().meta({ description: "Leads to the request's line in the log." }),
  })
  .meta({ id: "Problem" });

export type ProblemDocument = z.infer<typeof problemSchema>;

/** What `GET /problems` answers with. */
export const problemTableSchema = z.record(
  z.enum(problemCodes),
  z.object({ status: z.int(), title: z.string() }),
);
