import { fetchImage, type Target } from "../fetch-image/index.ts";
import type { Job } from "./job.ts";

/** Fetches the picture that a request names. */
export async function download(target: Target, job: Job): Promise<Uint8Array> {
  const { settings, ownUrl, record, signal, place, redirects } = job;
  const started = Date.now();
  const terms = { signal, hold: place.hold, redirects, ownUrl };
  const fetched = await fetchImage(target, settings, terms);
  record.fetchMs = Date.now() - started;
  record.redirects = fetched.redirects;
  return fetched.bytes;
}
