import { sha256 } from "../http/digest.ts";
import type { Settings } from "../settings/index.ts";
import type { CacheEntry } from "./outcome.ts";

/**
 * A cache of the Cache API that is not the default one. Entries of the default cache could be
 * requested by their URL where the Worker does not run in front of its host, past all access checks.
 */
const CACHE_NAME = "edge-caption-answers";

/** Raised when the service answers differently although image, options and bundle are the same. */
const ANSWER_VERSION = 3;

/** Everything that an answer depends on. */
interface KeyParts {
  readonly imageUrl: URL;
  /** With all defaults filled in, so that equal requests have equal keys. */
  readonly options: object;
  readonly modelHash: string;
}

/**
 * Returns the key of an answer. It depends neither on the client nor on the answer's format.
 *
 * The Cache API wants a URL, on the service's own host; nothing is served under it.
 */
export async function cacheKey(ownUrl: URL, parts: KeyParts): Promise<string> {
  const { imageUrl, options, modelHash } = parts;
  const text = JSON.stringify([ANSWER_VERSION, modelHash, imageUrl.href, options]);
  return new URL(`/cached-answers/${await sha256(text)}`, ownUrl.origin).href;
}

/** Looks an entry up; returns undefined if there is none or its time is over. */
export async function findEntry(key: string, settings: Settings): Promise<CacheEntry | undefined> {
  const cache = await caches.open(CACHE_NAME);
  const response = await cache.match(key);
  const entry = await response?.json<CacheEntry>();
  // The cache may keep an entry longer than it was told to.
  return entry && secondsLeft(entry, settings) > 0 ? entry : undefined;
}

/** Stores an entry. Problems are stored as 200 too: the Cache API does not store every status. */
export async function storeEntry(key: string, entry: CacheEntry, settings: Settings) {
  const seconds = lifetimeOf(entry, settings);
  if (seconds === 0) return;
  const cache = await caches.open(CACHE_NAME);
  const headers = { "Cache-Control": `public, max-age=${seconds}` };
  await cache.put(key, Response.json(entry, { headers }));
}

/** Returns the seconds for which an entry is cached in all. */
export function lifetimeOf({ outcome }: CacheEntry, settings: Settings): number {
  const { CACHE_SECONDS, CACHE_PROBLEM_SECONDS } = settings;
  return "answer" in outcome ? CACHE_SECONDS : Math.min(CACHE_SECONDS, CACHE_PROBLEM_SECONDS);
}

/** Returns the seconds for which an entry is still valid. */
export function secondsLeft(entry: CacheEntry, settings: Settings): number {
  return lifetimeOf(entry, settings) - ageOf(entry);
}

/** Returns the full seconds since an entry was found. */
export function ageOf({ since }: CacheEntry): number {
  return Math.max(0, Math.floor((Date.now() - since) / 1000));
}
