import type { Manifest } from "../../core/bundle/manifest.ts";
import { requestsOfHop } from "../fetch-image/index.ts";
import { Subrequests } from "../fetch-image/subrequests.ts";
import { Problem } from "../problem.ts";
import type { Settings } from "../settings.ts";

/** Of the six connections that the platform allows at once, as many as a batch's pictures take. */
export function simultaneousPictures(settings: Settings): number {
  return settings.RESOLVER_URL === "" ? 4 : 2;
}

/** The Cache API's calls count as outgoing requests too: one looks for an answer, one keeps it. */
const cacheCalls = 2;

/** How a batch spends the outgoing requests that the platform allows. */
export interface BatchBudget {
  /** Whether there are enough for the cache as well. */
  readonly useCache: boolean;
  /** What is left for redirects. */
  readonly redirects: Subrequests;
}

/**
 * Divides the outgoing requests of a batch: first those for the bundle's files, then each picture's
 * own with the look-ups of its name; the cache is used if all of its calls and all redirects that
 * there might be can still be paid for; redirects share the rest.
 *
 * @throws Problem `too_many_urls` where not even the pictures themselves can be paid for
 */
export function planBatch(pictures: number, manifest: Manifest, settings: Settings): BatchBudget {
  const available = settings.SUBREQUESTS - (manifest.files.length + 1);
  const hop = requestsOfHop(settings);
  const most = Math.floor(available / hop);
  if (pictures > most) {
    throw new Problem(
      "too_many_urls",
      `A batch may name ${most} pictures where names are looked up.`,
    );
  }
  const left = available - pictures * hop;
  const forCache = pictures * cacheCalls;
  const useCache = left >= forCache + pictures * hop * settings.MAX_REDIRECTS;
  return { useCache, redirects: new Subrequests(useCache ? left - forCache : left) };
}
