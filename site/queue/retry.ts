import type { ProblemCode } from "../../core/api/problems.ts";
import type { SiteSettings } from "../settings.ts";
import type { SiteProblem } from "../store/states.ts";

/** Problems that may be gone at the next attempt. All others lie in the image or in its URL. */
const passing: ReadonlySet<string> = new Set<ProblemCode | SiteProblem>([
  "bucket_unreadable",
  "client_gone",
  "interrupted",
  "internal_error",
  "model_unavailable",
  "overloaded",
  "rate_limited",
  "resolver_failed",
  "timeout",
  "too_many_subrequests",
  "unreachable",
  "unresolvable",
  "upload_interrupted",
  "upload_timeout",
  "upstream_interrupted",
  "upstream_status",
]);

/** The longest wait, which is also the longest delay that the queue takes. */
export const MAXIMUM_WAIT_SECONDS = 86_400;

/** How much longer each wait is than the one before. */
const GROWTH = 4;

/**
 * Returns when to try an image again.
 *
 * @param attempts - how often it has been tried, at least once.
 * @param retryAfter - seconds that the image's host asks to wait.
 * @returns milliseconds since 1970; null if the failure is final.
 */
export function retryTime(
  problem: string,
  attempts: number,
  { MAX_ATTEMPTS, RETRY_SECONDS }: Pick<SiteSettings, "MAX_ATTEMPTS" | "RETRY_SECONDS">,
  now: number,
  retryAfter = 0,
): number | null {
  if (!passing.has(problem) || attempts >= MAX_ATTEMPTS) return null;
  const wait = Math.max(retryAfter, waitSeconds(RETRY_SECONDS, attempts));
  return now + 1000 * Math.min(MAXIMUM_WAIT_SECONDS, wait);
}

/** Returns the seconds to wait after so many attempts. */
export function waitSeconds(first: number, attempts: number): number {
  return Math.min(MAXIMUM_WAIT_SECONDS, first * GROWTH ** (attempts - 1));
}
