import type { SiteEnv } from "../env.ts";
import type { SiteSettings } from "../settings.ts";
import { postponeHost } from "../store/hosts.ts";
import {
  type Failure,
  fail,
  finish,
  type LeasedImage,
  lease,
  release,
  type WaitingImage,
  type WrittenCaption,
} from "../store/lease.ts";
import { countFinished } from "../store/list.ts";
import { captionObjects, isInBucket } from "./caption-objects.ts";
import { type CaptionerAnswer, captionUrls, leastConfidence, type Outcome } from "./captioner.ts";
import { publishTexts } from "./publish.ts";
import { MAXIMUM_WAIT_SECONDS, retryTime } from "./retry.ts";

/**
 * Has images captioned, and stores what becomes of them.
 *
 * An image that was in an interrupted call goes alone: it may be what ends the captioner, and would take
 * others along.
 *
 * @returns until when the captioner takes no more, if it says so.
 */
export async function caption(
  env: SiteEnv,
  settings: SiteSettings,
  images: readonly WaitingImage[],
): Promise<number | undefined> {
  const suspects = images.filter(({ problem }) => problem === "interrupted");
  const others = images.filter(({ problem }) => problem !== "interrupted");
  const parts = [
    others.filter((image) => !isInBucket(image, settings)),
    others.filter((image) => isInBucket(image, settings)),
    ...suspects.map((image) => [image]),
  ];
  let refusedUntil: number | undefined;
  for (const part of parts.filter(({ length }) => length > 0)) {
    refusedUntil = (await captionTogether(env, settings, part)) ?? refusedUntil;
  }
  return refusedUntil;
}

/** Has images captioned that are either all in buckets or all elsewhere. */
async function captionTogether(
  env: SiteEnv,
  settings: SiteSettings,
  images: readonly WaitingImage[],
): Promise<number | undefined> {
  const minimum = await leastConfidence(env, settings, Date.now());
  const id = crypto.randomUUID();
  const until = Date.now() + settings.LEASE_SECONDS * 1000;
  const leased = await lease(env.DB, keysOf(images), id, until);
  const [first] = leased;
  if (!first) return undefined;
  const ask = isInBucket(first, settings) ? captionObjects : captionUrls;
  const urls = leased.map(({ url }) => url);
  const answer = await ask(env, settings, urls);
  const now = Date.now();
  const { outcomes } = answer;
  const captions = leased.flatMap((image, index) => captionOf(image, outcomes.get(index), minimum));
  const finished = await finish(env.DB, id, captions, now);
  await fail(env.DB, id, failuresOf(leased, answer, settings, now), now);
  await postponeHosts(env.DB, leased, outcomes, now);
  await publishTexts(env, finished);
  await countFinished(env.DB, finished.length, now);
  if (answer.refusedFor === undefined) return undefined;
  const refusedUntil = now + answer.refusedFor * 1000;
  const untried = leased.filter((_, index) => !outcomes.has(index));
  await release(env.DB, id, keysOf(untried), refusedUntil);
  return refusedUntil;
}

function keysOf(images: readonly WaitingImage[]): string[] {
  return images.map(({ key }) => key);
}

function captionOf(
  { key }: LeasedImage,
  outcome: Outcome | undefined,
  minimum: number | undefined,
): WrittenCaption[] {
  if (!outcome || !("answer" in outcome) || outcome.answer.caption === null) return [];
  const { caption, confidence = null, model } = outcome.answer;
  const sure = minimum !== undefined && (confidence ?? 0) >= minimum;
  const { etag = null } = outcome;
  return [{ key, caption, confidence, sure, model: `${model.name} ${model.version}`, etag }];
}

function failuresOf(
  images: readonly LeasedImage[],
  { outcomes, refusedFor }: CaptionerAnswer,
  settings: SiteSettings,
  now: number,
): Failure[] {
  return images.flatMap(({ key, attempts }, index) => {
    const outcome = outcomes.get(index);
    if (!outcome && refusedFor !== undefined) return [];
    const failure = outcome ?? { problem: "interrupted" };
    if ("answer" in failure) return [];
    const { problem, retryAfter } = failure;
    return [{ key, problem, retryAt: retryTime(problem, attempts, settings, now, retryAfter) }];
  });
}

/** Leaves hosts alone that have asked for it by `Retry-After`. */
async function postponeHosts(
  db: D1Database,
  images: readonly LeasedImage[],
  outcomes: ReadonlyMap<number, Outcome>,
  now: number,
): Promise<void> {
  const asked = new Map<string, number>();
  for (const [index, { host }] of images.entries()) {
    const outcome = outcomes.get(index);
    const seconds = outcome && "problem" in outcome ? (outcome.retryAfter ?? 0) : 0;
    if (seconds > (asked.get(host) ?? 0)) asked.set(host, seconds);
  }
  for (const [host, seconds] of asked) {
    await postponeHost(db, host, now + 1000 * Math.min(MAXIMUM_WAIT_SECONDS, seconds));
  }
}
