/**
 * The visitor's side: passes a site on, and fills in alternative texts that its pages lack.
 *
 * No image is fetched while a page waits, and whatever goes wrong, the page is the origin's.
 *
 * @module
 */

import type { SiteEnv } from "./env.ts";
import { HeldPage, listImages, type PageImage } from "./pages/find-images.ts";
import { hold } from "./pages/hold.ts";
import { type Keyed, pageKey } from "./pages/keys.ts";
import { fetchOrigin, mayBeForPage } from "./pages/origin.ts";
import { hasDirective, isPrivate } from "./pages/privacy.ts";
import { type PageRecord, readAlts, readPage } from "./pages/records.ts";
import { remember } from "./pages/remember.ts";
import { changedHeaders, isNotModified, notModified } from "./pages/validators.ts";
import { fillImages } from "./rewrite/fill.ts";
import type { SiteSettings } from "./settings.ts";

/** How long a page is held. An origin that takes longer is streaming it on purpose. */
const HOLD_MS = 5000;

/** How long a page waits for its record and captions, beyond its own arrival. */
const KNOWN_MS = 1000;

/** A request and what answering it needs. */
interface Visit {
  readonly request: Request;
  readonly env: SiteEnv;
  readonly settings: SiteSettings;
  readonly context: ExecutionContext;
}

/** What KV has of a page, which is read while the page arrives. */
interface Known {
  readonly page: Keyed;
  readonly record: PageRecord | undefined;
  readonly alts: ReadonlyMap<string, string>;
}

/**
 * Answers a visitor's request: with the page of the origin and stored alternative texts in it, with
 * anything else as it came.
 */
export async function serveSite(
  request: Request,
  env: SiteEnv,
  settings: SiteSettings,
  context: ExecutionContext,
): Promise<Response> {
  const answer = await fetchOrigin(request, settings).catch(unreachable);
  if (!mayBeForPage(request)) return answer;
  if (!isPage(answer, settings)) {
    return isNotModified(request, answer) ? notModified(answer) : answer;
  }
  if (request.method === "HEAD") {
    return new Response(null, { headers: changedHeaders(answer.headers) });
  }
  return servePage(answer, { request, env, settings, context });
}

function unreachable(cause: unknown): Response {
  logFailure("The origin did not answer.", cause);
  const headers = { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" };
  return new Response("The site's server did not answer.\n", { status: 502, headers });
}

/** Tells whether an answer is a page that may be filled in. */
function isPage(answer: Response, { MAX_PAGE_BYTES }: SiteSettings): boolean {
  const { status, headers } = answer;
  const type = headers.get("Content-Type")?.split(";")[0]?.trim().toLowerCase();
  if (status !== 200 || type !== "text/html" || hasDirective(answer, "no-transform")) return false;
  if (!/^(identity|gzip|br)?$/i.test(headers.get("Content-Encoding")?.trim() ?? "")) return false;
  return Number(headers.get("Content-Length") ?? 0) <= MAX_PAGE_BYTES;
}

async function servePage(answer: Response, visit: Visit): Promise<Response> {
  const { request, settings } = visit;
  const limits = { maximumBytes: settings.MAX_PAGE_BYTES, milliseconds: HOLD_MS };
  const [bytes, known] = await Promise.all([hold(answer.clone(), limits), readKnown(visit)]);
  if (!bytes || !known) return answer;
  try {
    const held = new HeldPage(bytes, answer.headers.get("Content-Type") ?? "");
    const { lacking } = await listImages(held, new URL(request.url), settings);
    rememberLater(answer, known, lacking, visit);
    const alts = altsOf(lacking, known, settings.MAX_FILLED);
    if (alts.size > 0) return await filledPage(answer, held, alts);
    if (lacking.length === 0 && isNotModified(request, answer)) return await notModified(answer);
  } catch (cause) {
    logFailure("The page cannot be filled in.", cause);
  }
  return answer;
}

/** Reads what is stored of a page: two reads of KV. Returns undefined if that fails or takes too long. */
async function readKnown({ request, env, settings }: Visit): Promise<Known | undefined> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("KV did not answer in time")), KNOWN_MS);
  try {
    const page = await pageKey(new URL(request.url), settings);
    const ttl = settings.CACHE_TTL_SECONDS;
    const record = await Promise.race([readPage(env.PAGES, page.key, ttl), late]);
    const alts = await Promise.race([readAlts(env.PAGES, record?.images ?? [], ttl), late]);
    return { page, record, alts };
  } catch (cause) {
    logFailure("KV cannot be read.", cause);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Returns the alternative texts of a page by the ordinal of the `img`. */
function altsOf(
  lacking: readonly PageImage[],
  { alts }: Known,
  maximum: number,
): Map<number, string> {
  const filled = lacking.flatMap(({ key, ordinals }) => {
    const alt = alts.get(key);
    return alt === undefined ? [] : ordinals.map((ordinal): [number, string] => [ordinal, alt]);
  });
  return new Map(filled.toSorted(([one], [other]) => one - other).slice(0, maximum));
}

async function filledPage(
  answer: Response,
  held: HeldPage,
  alts: ReadonlyMap<number, string>,
): Promise<Response> {
  const html = await fillImages(held.response(), alts);
  await answer.body?.cancel();
  const { status, statusText, headers } = answer;
  return new Response(html, { status, statusText, headers: changedHeaders(headers) });
}

function rememberLater(
  answer: Response,
  { page, record }: Known,
  lacking: readonly PageImage[],
  { request, env, settings, context }: Visit,
): void {
  if (isPrivate(request, answer, settings)) return;
  const remembered = remember({ page, record, lacking }, env, settings);
  context.waitUntil(
    remembered.catch((cause) => logFailure("The page's new images cannot be queued.", cause)),
  );
}

/** Writes a line of the log, without the page's URL, which may be a secret. */
function logFailure(message: string, cause: unknown): void {
  console.error(JSON.stringify({ message, cause: String(cause) }));
}
