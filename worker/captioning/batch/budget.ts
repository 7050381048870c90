import type { Manifest } from "../../../core/bundle/manifest.ts";
import { requestsOfHop } from "../../fetch-image/index.ts";
import { Subrequests } from "../../fetch-image/subrequests.ts";
import { Problem } from "../../http/problem.ts";
import type { Settings } from "../../settings/index.ts";

/** Returns how many images of a batch may be fetched at once: the platform allows six connections. */
export function simultaneousImages(settings: Settings): number {
  return settings.RESOLVER_URL === "" ? 4 : 2;
}

/** Calls of the Cache API for one image, a look-up and a store; they count as outgoing requests. */
const CACHE_CALLS = 2;

/** How a batch spends the outgoing requests that the platform allows. */
interface BatchBudget {
  /** Whether there are enough for the cache. */
  readonly useCache: boolean;
  /** What is left for redirects. */
  readonly redirects: Subrequests;
}

/**
 * Divides a batch's outgoing requests. First come the bundle's files, then one fetch for each image
 * with its look-ups. The cache is used if its calls and the most possible redirects fit in as well.
 * Redirects share what is left.
 *
 * @throws {Problem} `too_many_urls` if the fetches alone do not fit
 */
export function planBatch(images: number, manifest: Manifest, settings: Settings): BatchBudget {
  const available = settings.SUBREQUESTS - (manifest.files.length + 1);
  const hop = requestsOfHop(settings);
  const most = Math.floor(available / hop);
  if (images > most) {
    throw new Problem(
      "too_many_urls",
      `A batch may name at most ${most} images while host names are looked up.`,
    );
  }
  const left = available - images * hop;
  const forCache = images * CACHE_CALLS;
  const useCache = left >= forCache + images * hop * settings.MAX_REDIRECTS;
  return { useCache, redirects: new Subrequests(useCache ? left - forCache : left) };
}
