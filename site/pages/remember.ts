import type { SiteEnv } from "../env.ts";
import type { SeenImage, SeenPage } from "../image.ts";
import { wake } from "../queue/index.ts";
import type { SiteSettings } from "../settings.ts";
import { addSeen, countNewVisits, findNew } from "../store/index.ts";
import type { PageImage } from "./find-images.ts";
import type { Keyed } from "./keys.ts";
import { MAX_KEYS, type PageRecord, writePage } from "./records.ts";

/** A visit of a page whose images may be stored. */
export interface PublicVisit {
  readonly page: Keyed;
  /** The page's record when it was visited; undefined on the first visit. */
  readonly record: PageRecord | undefined;
  /** The images without alternative text that the visitor got. */
  readonly lacking: readonly PageImage[];
}

/**
 * Has the images of a page captioned that its record does not have, and adds them to the record. It
 * runs after the answer. An image beyond a limit stays out of the record, so that a later visit
 * tries again.
 */
export async function remember(
  { page, record, lacking }: PublicVisit,
  env: SiteEnv,
  settings: SiteSettings,
): Promise<void> {
  const known = { images: record?.images ?? [], listed: record?.listed ?? [] };
  const shown = lacking.filter(({ place }) => place === "img").slice(0, MAX_KEYS);
  const listed = lacking.filter(({ place }) => place !== "img").slice(0, MAX_KEYS);
  const unseen = [
    ...shown.filter(({ key }) => !known.images.includes(key)),
    ...listed.filter(({ key }) => !known.listed.includes(key)),
  ];
  if (unseen.length === 0) return;
  const accepted = await queueNew(
    { ...page, images: [...shown, ...listed] },
    unseen,
    env,
    settings,
  );
  if (accepted.size === 0) return;
  await writePage(env.PAGES, page.key, {
    url: page.url,
    images: merge(shown, known.images, accepted),
    listed: merge(listed, known.listed, accepted),
  });
}

/**
 * Adds images that are new to D1, as far as the limits of a visit, an hour and a day allow, and sends
 * their messages.
 *
 * @returns the keys of the images that D1 has now.
 */
async function queueNew(
  page: SeenPage,
  unseen: readonly SeenImage[],
  env: SiteEnv,
  settings: SiteSettings,
): Promise<Set<string>> {
  const now = Date.now();
  const keys = new Set(unseen.map(({ key }) => key));
  const found = await findNew(env.DB, [...keys]);
  const wanted = Math.min(found.length, settings.NEW_PER_PAGE);
  const granted = await countNewVisits(env.DB, settings, wanted, now);
  const refused = new Set(found.slice(granted));
  const accepted = new Set([...keys].filter((key) => !refused.has(key)));
  const images = unseen.filter(({ key }) => accepted.has(key));
  await wake(env, settings, await addSeen(env.DB, page, images, "visit", now));
  return accepted;
}

/**
 * Puts the images of a visit before those of earlier ones: pages with the same key may show different
 * images, and the record would otherwise change with each visit.
 */
function merge(
  visited: readonly PageImage[],
  known: readonly string[],
  accepted: ReadonlySet<string>,
): string[] {
  const keys = visited.map(({ key }) => key);
  const kept = keys.filter((key) => accepted.has(key) || known.includes(key));
  return [...new Set([...kept, ...known])].slice(0, MAX_KEYS);
}
