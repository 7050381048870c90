import type { CaptionsLine } from "../../core/api/batch.ts";
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
import { captionImages, leastConfidence } from "./captioner.ts";
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
  const calls = [others, ...suspects.map((image) => [image])].filter(({ length }) => length > 0);
  let refusedUntil: number | undefined;
  for (const call of calls)
    refusedUntil = (await captionTogether(env, settings, call)) ?? refusedUntil;
  return refusedUntil;
}

/** Has images captioned in one call. */
async function captionTogether(
  env: SiteEnv,
  settings: SiteSettings,
  images: readonly WaitingImage[],
): Promise<number | undefined> {
  const minimum = await leastConfidence(env, settings, Date.now());
  const id = crypto.randomUUID();
  const until = Date.now() + settings.LEASE_SECONDS * 1000;
  const leased = await lease(
    env.DB,
    images.map(({ key }) => key),
    id,
    until,
  );
  if (leased.length === 0) return undefined;
  const answer = await captionImages(
    env,
    settings,
    leased.map(({ url }) => url),
  );
  const now = Date.now();
  const lines = new Map(answer.lines.map((line) => [line.index, line]));
  const captions = leased.flatMap((image, index) => captionOf(image, lines.get(index), minimum));
  const silent = leased.filter((_, index) => !lines.has(index));
  const failures = leased.flatMap((image, index) => {
    const line = lines.get(index);
    if (line === undefined && answer.refusedFor !== undefined) return [];
    return failureOf(image, line, settings, now);
  });
  const finished = await finish(env.DB, id, captions, now);
  await fail(env.DB, id, failures, now);
  await postponeHosts(env.DB, leased, lines, now);
  await publishTexts(env, finished);
  await countFinished(env.DB, finished.length, now);
  if (answer.refusedFor === undefined) return undefined;
  const refusedUntil = now + answer.refusedFor * 1000;
  await release(
    env.DB,
    id,
    silent.map(({ key }) => key),
    refusedUntil,
  );
  return refusedUntil;
}

function captionOf(
  { key }: LeasedImage,
  line: CaptionsLine | undefined,
  minimum: number | undefined,
): WrittenCaption[] {
  if (!line || !("answer" in line) || line.answer.caption === null) return [];
  const { caption, confidence, model } = line.answer;
  const sure = minimum !== undefined && (confidence ?? 0) >= minimum;
  const written = { caption, confidence: confidence ?? null, sure };
  return [{ key, ...written, model: `${model.name} ${model.version}` }];
}

function failureOf(
  { key, attempts }: LeasedImage,
  line: CaptionsLine | undefined,
  settings: SiteSettings,
  now: number,
): Failure[] {
  if (line && "answer" in line) return [];
  const problem = line?.problem.code ?? "interrupted";
  const retryAt = retryTime(problem, attempts, settings, now, line?.problem.retryAfter);
  return [{ key, problem, retryAt }];
}

/** Leaves hosts alone that have asked for it by `Retry-After`. */
async function postponeHosts(
  db: D1Database,
  images: readonly LeasedImage[],
  lines: ReadonlyMap<number, CaptionsLine>,
  now: number,
): Promise<void> {
  const asked = new Map<string, number>();
  for (const [index, { host }] of images.entries()) {
    const line = lines.get(index);
    const seconds = line && "problem" in line ? (line.problem.retryAfter ?? 0) : 0;
    if (seconds > (asked.get(host) ?? 0)) asked.set(host, seconds);
  }
  for (const [host, seconds] of asked) {
    await postponeHost(db, host, now + 1000 * Math.min(MAXIMUM_WAIT_SECONDS, seconds));
  }
}
