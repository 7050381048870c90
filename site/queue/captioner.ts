import { CaptionError, createClient } from "../../client/index.ts";
import type { CaptionsLine } from "../../core/api/batch.ts";
import type { SiteEnv } from "../env.ts";
import type { SiteSettings } from "../settings.ts";

/** The captioner's URL. No request leaves by it: the binding decides where they go. */
const BASE_URL = "https://edge-caption.internal";

/** The result of a call of the captioner. */
export interface CaptionerAnswer {
  /** The images' lines, as far as they have arrived. */
  readonly lines: readonly CaptionsLine[];
  /**
   * Present if the captioner refused the whole call, which says nothing about the images: seconds after
   * which to try again.
   */
  readonly refusedFor?: number;
}

/** How long to wait where the captioner does not say. */
const REFUSED_SECONDS = 60;

function clientOf({ CAPTIONER }: SiteEnv) {
  return createClient({
    baseUrl: BASE_URL,
    fetch: (input: RequestInfo | URL, init?: RequestInit) => CAPTIONER.fetch(input, init),
  });
}

/**
 * Has images captioned, in one call: an invocation has only 32 calls of a binding.
 *
 * @param urls - at most 32.
 */
export async function captionImages(
  env: SiteEnv,
  settings: SiteSettings,
  urls: readonly string[],
): Promise<CaptionerAnswer> {
  const { NEUTRAL, STYLE } = settings;
  const options = { neutral: NEUTRAL, ...(STYLE === "" ? {} : { style: STYLE }) };
  const lines: CaptionsLine[] = [];
  try {
    for await (const line of clientOf(env).captions([...urls], options)) lines.push(line);
  } catch (error) {
    console.error(JSON.stringify({ event: "captioner_failed", cause: String(error) }));
    if (error instanceof CaptionError && error.problem) {
      return { lines, refusedFor: error.retryAfter ?? REFUSED_SECONDS };
    }
  }
  return { lines };
}

/** How long a model's threshold is kept. */
const THRESHOLD_MS = 60_000;

let known: { readonly threshold: number | undefined; readonly until: number } | undefined;

/**
 * Returns the least confidence of a caption that is filled in: the setting, or else the model's own
 * threshold.
 *
 * @returns undefined if there is neither; then nothing is filled in.
 */
export async function leastConfidence(
  env: SiteEnv,
  settings: SiteSettings,
  now: number,
): Promise<number | undefined> {
  if (settings.MIN_CONFIDENCE !== undefined) return settings.MIN_CONFIDENCE;
  if (!known || known.until <= now) {
    const { confidence } = await clientOf(env).model();
    known = { threshold: confidence?.threshold, until: now + THRESHOLD_MS };
  }
  return known.threshold;
}
