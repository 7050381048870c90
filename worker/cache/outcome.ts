import type { CaptionAnswer } from "../../core/api/caption-answer.ts";
import { imageProblems, type ProblemCode } from "../../core/api/problems.ts";
import { sha256 } from "../http/digest.ts";
import { asProblem } from "../http/problem.ts";

/** The result for an image URL: an answer, or what is wrong with the image. */
export type Outcome =
  | { readonly answer: CaptionAnswer }
  | { readonly problem: { readonly code: ProblemCode; readonly detail: string } };

/** An outcome that other requests may be given, and that is cached. */
export interface CacheEntry {
  readonly outcome: Outcome;
  /** A hash of the outcome, for its ETag. */
  readonly tag: string;
  /** When it was found, in milliseconds since 1970. */
  readonly since: number;
}

/**
 * Problems of the image or of its server's answer, which another request would meet as well. Not
 * among them: overload, timeouts and unreachable servers, which may be this service's own doing.
 */
const lastingProblems: ReadonlySet<ProblemCode> = new Set([
  "upstream_status",
  "bad_redirect",
  "redirect_loop",
  "too_many_redirects",
  "unsupported_scheme",
  "credentials_in_url",
  "private_address",
  "forbidden_port",
  "host_not_allowed",
  "own_request",
  "unresolvable",
  ...imageProblems,
]);

/** Makes an entry of an answer, or of a lasting problem; rethrows any other failure. */
export async function entryOf(answering: Promise<CaptionAnswer>): Promise<CacheEntry> {
  const outcome = await answering.then((answer): Outcome => ({ answer }), lastingOutcome);
  return { outcome, tag: await sha256(JSON.stringify(outcome)), since: Date.now() };
}

function lastingOutcome(error: unknown): Outcome {
  const { code, message: detail } = asProblem(error);
  if (lastingProblems.has(code)) return { problem: { code, detail } };
  throw error;
}
