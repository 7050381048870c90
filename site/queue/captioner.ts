import {
  type CaptionAnswer,
  CaptionError,
  type CaptionsLine,
  createClient,
  type WithheldAnswer,
} from "../../client/index.ts";
import type { ProblemCode } from "../../core/api/problems.ts";
import type { SiteEnv } from "../env.ts";
import type { SiteSettings } from "../settings.ts";

/** The captioner's URL. No request leaves by it: the binding decides where they go. */
const BASE_URL = "https://edge-caption.internal";

/** What became of an image. */
export type Outcome = {
  /** Of an image in a bucket: that of the object whose bytes were read. */
  readonly etag?: string;
} & (
  | { readonly answer: CaptionAnswer | WithheldAnswer }
  | { readonly problem: string; readonly retryAfter?: number | undefined }
);

/** The result of asking the captioner for several images. */
export interface CaptionerAnswer {
  /** What became of the images, by their position; without those that it was interrupted at. */
  readonly outcomes: ReadonlyMap<number, Outcome>;
  /**
   * Present if the captioner refused, which says nothing about the images without an outcome: seconds
   * after which to try again.
   */
  readonly refusedFor?: number;
}

/** How long to wait where the captioner does not say. */
const REFUSED_SECONDS = 60;

/** Problems that say nothing about the image. */
const REFUSALS: readonly string[] = [
  "invalid_parameter",
  "invalid_settings",
  "model_unavailable",
  "overloaded",
  "rate_limited",
  "unknown_style",
] satisfies ProblemCode[];

function clientOf({ CAPTIONER }: SiteEnv) {
  return createClient({
    baseUrl: BASE_URL,
    fetch: (input: RequestInfo | URL, init?: RequestInit) => CAPTIONER.fetch(input, init),
  });
}

function optionsOf({ NEUTRAL, STYLE }: SiteSettings) {
  return { neutral: NEUTRAL, ...(STYLE === "" ? {} : { style: STYLE }) };
}

/**
 * Has images captioned by their URLs, in one call: an invocation has only 32 calls of a binding.
 *
 * @param urls - at most 32.
 */
export async function captionUrls(
  env: SiteEnv,
  settings: SiteSettings,
  urls: readonly string[],
): Promise<CaptionerAnswer> {
  const outcomes = new Map<number, Outcome>();
  try {
    for await (const line of clientOf(env).captions([...urls], optionsOf(settings))) {
      outcomes.set(line.index, outcomeOf(line));
    }
  } catch (error) {
    logFailure(error);
    if (error instanceof CaptionError && error.problem) {
      return { outcomes, refusedFor: error.retryAfter ?? REFUSED_SECONDS };
    }
  }
  return { outcomes };
}

function outcomeOf(line: CaptionsLine): Outcome {
  if ("answer" in line) return { answer: line.answer };
  const { code, retryAfter } = line.problem;
  return { problem: code, retryAfter };
}

/**
 * Has an image captioned from its bytes.
 *
 * @returns the outcome; undefined if the captioner was interrupted; or for how many seconds it refuses.
 */
export async function captionBytes(
  env: SiteEnv,
  settings: SiteSettings,
  bytes: ReadableStream<Uint8Array>,
): Promise<Outcome | { readonly refusedFor: number } | undefined> {
  try {
    return { answer: await clientOf(env).caption(bytes, optionsOf(settings)) };
  } catch (error) {
    const problem = error instanceof CaptionError ? error.problem : undefined;
    if (problem && !REFUSALS.includes(problem.code)) {
      return { problem: problem.code, retryAfter: problem.retryAfter };
    }
    logFailure(error);
    if (!problem) return undefined;
    return { refusedFor: problem.retryAfter ?? REFUSED_SECONDS };
  }
}

function logFailure(error: unknown): void {
  console.error(JSON.stringify({ event: "captioner_failed", cause: String(error) }));
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
