import type { CaptionAnswer } from "../../core/api/caption-answer.ts";
import type { ProblemCode } from "../../core/api/problems.ts";
import { sha256 } from "../digest.ts";
import { asProblem } from "../problem.ts";

/** What became of a picture: an answer, or what is wrong with it. */
export type Outcome =
  | { readonly answer: CaptionAnswer }
  | { readonly problem: { readonly code: ProblemCode; readonly detail: string } };

/** An outcome that may be given to others who ask for the same. */
export interface Settled {
  readonly outcome: Outcome;
  /** Stands for the outcome: the same for the same. */
  readonly tag: string;
  /** When it was found, in milliseconds since 1970. */
  readonly since: number;
}

/**
 * What is wrong with the picture or with its server's answer, and would be found again. Not among
 * them is what may be our own doing: overload, what took too long, what could not be reached.
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
  "empty_image",
  "too_many_bytes",
  "too_many_pixels",
  "unsupported_format",
  "unsupported_image",
  "broken_image",
]);

/** @throws whatever the answer fails with, where that is nothing about the picture */
export async function settle(answering: Promise<CaptionAnswer>): Promise<Settled> {
  const outcome = await answering.then((answer): Outcome => ({ answer }), lastingOutcome);
  return { outcome, tag: await sha256(JSON.stringify(outcome)), since: Date.now() };
}

function lastingOutcome(error: unknown): Outcome {
  const { code, message: detail } = asProblem(error);
  if (lastingProblems.has(code)) return { problem: { code, detail } };
  throw error;
}
