import { lookAtPageSchema, type SeenPageAnswer, seenPageSchema } from "../../core/api/site.ts";
import { HeldPage, listImages } from "../pages/find-images.ts";
import { hold } from "../pages/hold.ts";
import { pageKey } from "../pages/keys.ts";
import { fetchOrigin } from "../pages/origin.ts";
import { MAX_KEYS, writePage } from "../pages/records.ts";
import { wake } from "../queue/index.ts";
import { addSeen } from "../store/index.ts";
import { jsonAnswer, jsonBody, NO_STORE } from "./describe.ts";
import type { OwnerContext } from "./environment.ts";
import { findLinks } from "./links.ts";
import { createOwnerRouter, createRoute, SiteProblem } from "./problem.ts";

const lookAt = createRoute({
  method: "post",
  path: "/pages",
  operationId: "lookAtPage",
  summary: "Look at a page as a visitor would, and queue its images",
  request: jsonBody(lookAtPageSchema),
  responses: jsonAnswer("What the page shows, and where it leads.", seenPageSchema, [
    "invalid_json",
    "invalid_url",
    "host_not_allowed",
    "unreachable",
  ]),
});

/** `POST /pages`: one step of a crawl. */
export const pagesRoutes = createOwnerRouter().openapi(lookAt, async (c) => {
  const { url, dryRun } = c.req.valid("json");
  return c.json(await lookAtPage(readPageUrl(c, url), dryRun, c), 200, NO_STORE);
});

/** The Worker fetches pages of its own site only. */
function readPageUrl(c: OwnerContext, text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new SiteProblem("invalid_url", `"${text}" is not an http or https URL.`);
  }
  if (url.host === new URL(c.req.url).host) return url;
  throw new SiteProblem(
    "host_not_allowed",
    `${url.host} is not the site of this Worker: its pages are at ${new URL(c.req.url).host}.`,
  );
}

/** How long a page may take to arrive, in milliseconds. */
const PAGE_MS = 30_000;

const NOTHING = { images: 0, missing: [], added: 0, links: [] };

async function lookAtPage(url: URL, dryRun: boolean, c: OwnerContext): Promise<SeenPageAnswer> {
  const { settings } = c.var;
  const response = await fetchPage(url, c);
  const { status, headers } = response;
  const location = URL.parse(headers.get("Location") ?? "", url);
  if (status >= 300 && status < 400 && location) {
    return { status, ...NOTHING, links: location.host === url.host ? [location.href] : [] };
  }
  const type = headers.get("Content-Type") ?? "";
  const isPage = status === 200 && /^text\/html\b/i.test(type);
  const limits = { maximumBytes: settings.MAX_PAGE_BYTES, milliseconds: PAGE_MS };
  const bytes = isPage ? await hold(response, limits) : undefined;
  if (!bytes) return { status, ...NOTHING };
  const held = new HeldPage(bytes, type);
  const links = await findLinks(held.response(), url);
  const { total, lacking } = await listImages(held, url, settings);
  const missing = lacking.map(({ key, place }) => ({ key, place }));
  const added = dryRun ? 0 : await store(url, lacking, c);
  return { status, images: total, missing, added, links };
}

async function fetchPage(url: URL, c: OwnerContext): Promise<Response> {
  const request = new Request(url, { headers: { Accept: "text/html" } });
  try {
    return await fetchOrigin(request, c.var.settings);
  } catch (cause) {
    throw new SiteProblem("unreachable", `${url.href} could not be fetched.`, { cause });
  }
}

/** Stores what the next visitor's page is filled in from, and queues the images that are new. */
async function store(
  url: URL,
  lacking: Awaited<ReturnType<typeof listImages>>["lacking"],
  c: OwnerContext,
): Promise<number> {
  const { settings } = c.var;
  const page = await pageKey(url, settings);
  const images = lacking.map(({ key, url: imageUrl, place }) => ({ key, url: imageUrl, place }));
  const fresh = await addSeen(c.env.DB, { ...page, images }, images, "crawl", Date.now());
  const keysOf = (isShown: boolean) => [
    ...new Set(images.filter(({ place }) => (place === "img") === isShown).map(({ key }) => key)),
  ];
  await writePage(c.env.PAGES, page.key, {
    url: page.url,
    images: keysOf(true).slice(0, MAX_KEYS),
    listed: keysOf(false).slice(0, MAX_KEYS),
  });
  await wake(c.env, settings, fresh);
  return fresh.length;
}
