import { fetchImage, parseTarget } from "../fetch-image/index.ts";
import type { Subrequests } from "../fetch-image/subrequests.ts";
import type { Job } from "./job.ts";

/**
 * Fetches the picture that a request names.
 *
 * @param redirects - what a batch has left for them.
 */
export async function download(
  url: string | undefined,
  job: Job,
  redirects?: Subrequests,
): Promise<Uint8Array> {
  const { settings, ownUrl, record, signal, hold } = job;
  const target = parseTarget(url, { ...settings, ownUrl });
  record.imageHost = target.url.host;
  const fetched = await fetchImage(target, settings, { signal, hold, redirects, ownUrl });
  record.redirects = fetched.redirects;
  return fetched.bytes;
}
