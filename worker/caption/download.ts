import { fetchImage, type Target } from "../fetch-image/index.ts";
import { loadCaptioner } from "../model.ts";
import type { Job } from "./job.ts";

/** Fetches the picture that a request names. */
export async function download(target: Target, job: Job): Promise<Uint8Array> {
  const { settings, ownUrl, record, signal, place, redirects } = job;
  // The first time, the model takes as long as the picture: it is on its way meanwhile. Whether it
  // comes is asked by whoever needs it.
  loadCaptioner(job.bindings, job.keepAlive).catch(() => undefined);
  const started = Date.now();
  const terms = { signal, hold: place.hold, redirects, ownUrl };
  const fetched = await fetchImage(target, settings, terms);
  record.fetchMs = Date.now() - started;
  record.redirects = fetched.redirects;
  return fetched.bytes;
}
