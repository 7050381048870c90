import type { CaptionAnswer } from "../../core/api/caption-answer.ts";
import {
  ageOf,
  cacheKey,
  findEntry,
  lifetimeOf,
  secondsLeft,
  storeEntry,
} from "../cache/entries.ts";
import { type CacheEntry, entryOf } from "../cache/outcome.ts";
import { fetchImage } from "../fetch-image/index.ts";
import type { Target } from "../fetch-image/target.ts";
import { Problem } from "../http/problem.ts";
import type { Slot } from "../isolate/admission.ts";
import { sharedEntries, withSlot } from "../isolate/index.ts";
import { captionImage } from "./caption-image.ts";
import type { CaptionRequest } from "./request.ts";

/** A cache entry, new or old. */
export interface Found extends CacheEntry {
  /** Full seconds since it was stored; undefined if it is new. */
  readonly age?: number;
}

/**
 * Captions the image at a URL, or finds its caption in the cache.
 *
 * @throws {Problem} `overloaded`, `model_unavailable`, `client_gone`, and any other failure that is
 *   not lasting: see {@link entryOf}
 */
export async function answerUrl(target: Target, request: CaptionRequest): Promise<Found> {
  const { settings, ownUrl, record, caching, model, options } = request;
  const key = await cacheKey(ownUrl, { imageUrl: target.url, options, modelHash: model.hash });
  const isLookedUp = "fresh" in caching && !caching.fresh;
  // A cache that fails costs time, not the answer.
  const entry = isLookedUp ? await findEntry(key, settings).catch(() => undefined) : undefined;
  if (!entry) return findNew(key, target, request);
  record.cache = `hit; ttl=${secondsLeft(entry, settings)}`;
  return { ...entry, age: ageOf(entry) };
}

async function findNew(key: string, target: Target, request: CaptionRequest): Promise<CacheEntry> {
  const { settings, record, caching } = request;
  const isStored = "fresh" in caching;
  record.cache = missOf(request);
  // A request for a new answer must not join work that began before it.
  const sharedKey = isStored && caching.fresh ? `${key}#${crypto.randomUUID()}` : key;
  const { result, joined } = await sharedEntries.do(sharedKey, request, {
    run: (signal) => entryOf(captionTarget(target, { ...request, signal })),
    after: async (entry) => {
      if (isStored) await storeEntry(key, entry, settings);
    },
  });
  if (joined) record.cache += "; collapsed";
  else if (isStored && lifetimeOf(result, settings) > 0) record.cache += "; stored";
  return result;
}

/** Says why the answer did not come from the cache (RFC 9211). */
function missOf({ caching }: CaptionRequest): string {
  if ("bypass" in caching) return `fwd=bypass; detail=${caching.bypass}`;
  return caching.fresh ? "fwd=request" : "fwd=uri-miss";
}

function captionTarget(target: Target, request: CaptionRequest): Promise<CaptionAnswer> {
  return withSlot(request, async (slot) => {
    // The first time, the model takes as long to load as the image does. A failure shows later, where
    // the model is needed.
    request.model.load().catch(() => undefined);
    return captionImage(await download(target, request, slot), request, slot);
  });
}

async function download(target: Target, request: CaptionRequest, { hold }: Slot) {
  const { settings, ownUrl, record, signal, redirects } = request;
  const started = Date.now();
  const fetched = await fetchImage(target, settings, { signal, hold, redirects, ownUrl });
  record.fetchMs = Date.now() - started;
  record.redirects = fetched.redirects;
  return fetched.bytes;
}

/**
 * Returns the answer of an entry.
 *
 * @throws {Problem} the problem of an entry that has no answer
 */
export function answerOf({ outcome }: CacheEntry): CaptionAnswer {
  if ("answer" in outcome) return outcome.answer;
  throw new Problem(outcome.problem.code, outcome.problem.detail);
}
