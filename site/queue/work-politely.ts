import { matchesHost, plainHostname } from "../../worker/settings/host-patterns.ts";
import type { SiteEnv } from "../env.ts";
import type { SiteSettings } from "../settings.ts";
import { grantFetches, type Pace, readHosts } from "../store/hosts.ts";
import { type Deferral, defer, refuse, type WaitingImage } from "../store/lease.ts";
import { robotsRules } from "./robots.ts";

/** How long a consumer waits for its hosts. Waiting costs nothing, but keeps a consumer from others. */
const PATIENCE_MS = 20_000;

/** The span whose fetches may come at once after a pause, so that calls of the captioner have several. */
const BURST_MS = 1000;

/** How to work on images whose hosts may get requests now. */
export interface PoliteWork {
  /** @returns until when to stop if the captioner takes no more; undefined otherwise. */
  readonly work: (images: readonly WaitingImage[]) => Promise<number | undefined>;
  /** Called when D1 has what became of images. */
  readonly done: (keys: readonly string[]) => void;
}

/**
 * Works on images as fast as their hosts allow: the pace of each holds over all consumers, as D1 keeps
 * it. Images whose turn does not come soon are put off, and those that a robots.txt excludes fail.
 */
export async function workPolitely(
  env: SiteEnv,
  settings: SiteSettings,
  due: readonly WaitingImage[],
  { work, done }: PoliteWork,
): Promise<void> {
  const interval = settings.HOST_INTERVAL_MS;
  const pace = { interval, burst: Math.max(1, Math.floor(BURST_MS / Math.max(1, interval))) };
  const patience = Date.now() + PATIENCE_MS;
  let waiting = await obeyRobots(env, settings, due, done);
  while (waiting.length > 0) {
    const { ready, later, nextAt } = await takeTurns(env.DB, waiting, pace);
    waiting = later;
    const stop = ready.length === 0 ? undefined : await work(ready);
    done(ready.map(({ key }) => key));
    if (stop !== undefined) return putOff(waiting.map(({ key }) => ({ key, dueAt: stop })));
    if (ready.length > 0) continue;
    const soonest = Math.min(...nextAt.values());
    if (soonest > patience) return putOff(turnsOf(waiting, nextAt, interval));
    await sleep(soonest - Date.now());
  }

  async function putOff(images: readonly Deferral[]): Promise<void> {
    await defer(env.DB, images);
    done(images.map(({ key }) => key));
  }
}

/** Separates images whose hosts may get requests now from the others. */
async function takeTurns(db: D1Database, images: readonly WaitingImage[], pace: Pace) {
  const byHost = Map.groupBy(images, ({ host }) => host);
  const wanted = new Map([...byHost].map(([host, those]) => [host, those.length]));
  const grants = await grantFetches(db, wanted, pace, Date.now());
  const ready: WaitingImage[] = [];
  const later: WaitingImage[] = [];
  for (const { host, granted } of grants) {
    const those = byHost.get(host) ?? [];
    ready.push(...those.slice(0, granted));
    later.push(...those.slice(granted));
  }
  return { ready, later, nextAt: new Map(grants.map(({ host, nextAt }) => [host, nextAt])) };
}

/** Spreads the images of a host over the times at which it may get requests. */
function turnsOf(
  images: readonly WaitingImage[],
  nextAt: ReadonlyMap<string, number>,
  interval: number,
): Deferral[] {
  const turns = new Map(nextAt);
  return images.map(({ key, host }) => {
    const dueAt = turns.get(host) ?? Date.now();
    turns.set(host, dueAt + interval);
    return { key, dueAt };
  });
}

/** Returns the images that may be fetched. Others fail, or wait for their host's robots.txt. */
async function obeyRobots(
  env: SiteEnv,
  { OWN_HOSTS }: SiteSettings,
  images: readonly WaitingImage[],
  done: PoliteWork["done"],
): Promise<WaitingImage[]> {
  const byHost = Map.groupBy(images, ({ host }) => host);
  const hosts = await readHosts(env.DB, [...byHost.keys()]);
  const allowed: WaitingImage[] = [];
  const refused: string[] = [];
  const unknown: Deferral[] = [];
  for (const [host, those] of byHost) {
    const [{ url }] = those as [WaitingImage];
    const known = hosts.get(host);
    if (known?.own || matchesHost(plainHostname(new URL(url)), OWN_HOSTS)) {
      allowed.push(...those);
      continue;
    }
    const rules = await robotsRules(env.DB, url, known, Date.now());
    for (const image of those) {
      if ("unknownUntil" in rules) unknown.push({ key: image.key, dueAt: rules.unknownUntil });
      else if (rules.isAllowed(image.url)) allowed.push(image);
      else refused.push(image.key);
    }
  }
  await defer(env.DB, unknown);
  await refuse(env.DB, refused, "robots_disallowed", Date.now());
  done([...refused, ...unknown.map(({ key }) => key)]);
  return allowed;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}
