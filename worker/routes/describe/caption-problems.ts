import { imageProblems, type ProblemCode } from "../../../core/api/problems.ts";

/** Problems of a URL and of its server. */
export const fetchProblems: readonly ProblemCode[] = [
  "invalid_url",
  "url_too_long",
  "unsupported_scheme",
  "credentials_in_url",
  "host_not_allowed",
  "private_address",
  "forbidden_port",
  "unresolvable",
  "resolver_failed",
  "unreachable",
  "upstream_status",
  "upstream_interrupted",
  "bad_redirect",
  "redirect_loop",
  "too_many_redirects",
  "timeout",
];

/** Problems of any request for the caption of one image. */
export const captionProblems: readonly ProblemCode[] = [
  "unauthorized",
  "own_request",
  "rate_limited",
  "invalid_parameter",
  ...imageProblems,
  "attention_unavailable",
  "unknown_style",
  "no_calibration",
  "overloaded",
  "model_unavailable",
];

/** Problems of a body that does not arrive. */
export const uploadProblems: readonly ProblemCode[] = ["upload_interrupted", "upload_timeout"];
