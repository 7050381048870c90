import type { Settings } from "../settings.ts";
import type { Settled } from "./outcome.ts";

/**
 * The Cache API, under a name of its own: what is in the default cache could be asked for by its URL
 * wherever the Worker does not stand before its host, past all checks of access.
 */
const cacheName = "edge-caption-answers";

/** Seconds for which an outcome is kept. */
export function secondsKept({ outcome }: Settled, settings: Settings): number {
  const { CACHE_SECONDS, CACHE_PROBLEM_SECONDS } = settings;
  return "answer" in outcome ? CACHE_SECONDS : Math.min(CACHE_SECONDS, CACHE_PROBLEM_SECONDS);
}

export async function findKept(key: string, settings: Settings): Promise<Settled | undefined> {
  const cache = await caches.open(cacheName);
  const response = await cache.match(key);
  const kept = await response?.json<Settled>();
  // The cache may keep it longer than it was told, and its clock is another.
  return kept && secondsLeft(kept, settings) > 0 ? kept : undefined;
}

/** Seconds for which an outcome will still be kept. */
export function secondsLeft(settled: Settled, settings: Settings): number {
  return secondsKept(settled, settings) - ageOf(settled);
}

/** Full seconds since it was found. */
export function ageOf({ since }: Settled): number {
  return Math.max(0, Math.floor((Date.now() - since) / 1000));
}

/** Problems too are kept as a 200: what the Cache API makes of other statuses is its own affair. */
export async function keep(key: string, settled: Settled, settings: Settings): Promise<void> {
  const seconds = secondsKept(settled, settings);
  if (seconds === 0) return;
  const cache = await caches.open(cacheName);
  const headers = { "Cache-Control": `public, max-age=${seconds}` };
  await cache.put(key, Response.json(settled, { headers }));
}
