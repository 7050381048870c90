import {
  type Added,
  addedSchema,
  addUrlsSchema,
  forgetSchema,
  recaptionSchema,
  sweepSchema,
} from "../../core/api/site.ts";
import { imageKey, pageKey } from "../pages/keys.ts";
import { forgetPage, publishAlt } from "../pages/records.ts";
import { sendDue, sweepDue, wake } from "../queue/index.ts";
import { addSeen, forget, pagesShowing, recaption, retryFailed } from "../store/index.ts";
import { countAnswer, jsonAnswer, jsonBody, NO_STORE } from "./describe.ts";
import type { OwnerContext } from "./environment.ts";
import { isCaptioned } from "./hosts.ts";
import { createOwnerRouter, createRoute, SiteProblem } from "./problem.ts";

const add = createRoute({
  method: "post",
  path: "/urls",
  operationId: "addUrls",
  summary: "Queue images by their URLs",
  description: "Images that are known already stay as they are.",
  request: jsonBody(addUrlsSchema),
  responses: jsonAnswer("How many are new.", addedSchema, ["invalid_json"]),
});

const retry = createRoute({
  method: "post",
  path: "/retry",
  operationId: "retryFailed",
  summary: "Queue the images that failed again",
  responses: countAnswer(),
});

const again = createRoute({
  method: "post",
  path: "/recaption",
  operationId: "recaption",
  summary: "Queue the images of older models again",
  description: "Never what a person approved, edited or marked as decorative.",
  request: jsonBody(recaptionSchema),
  responses: countAnswer(["invalid_json"]),
});

const sweep = createRoute({
  method: "post",
  path: "/sweep",
  operationId: "sweep",
  summary: "Wake workers for all images that are due",
  description: "What the Cron Trigger does each minute.",
  request: jsonBody(sweepSchema),
  responses: countAnswer(["invalid_json"]),
});

const forgetRoute = createRoute({
  method: "post",
  path: "/forget",
  operationId: "forget",
  summary: "Delete all there is about an image, a page or a host",
  description: "At most some hundred images at once: repeat the request until the answer is 0.",
  request: jsonBody(forgetSchema),
  responses: countAnswer(["invalid_json", "invalid_url"]),
});

/** The routes that put images into the queue, and take them out of everything. */
export const queueRoutes = createOwnerRouter()
  .openapi(add, async (c) => {
    const { urls } = c.req.valid("json");
    return c.json(await addUrls(c, urls), 200, NO_STORE);
  })
  .openapi(retry, async (c) => {
    const images = await retryFailed(c.env.DB, Date.now());
    await sendDue(c.env, c.var.settings, Date.now());
    return c.json({ images }, 200, NO_STORE);
  })
  .openapi(again, async (c) => {
    const images = await recaption(c.env.DB, c.req.valid("json").olderThan, Date.now());
    await sendDue(c.env, c.var.settings, Date.now());
    return c.json({ images }, 200, NO_STORE);
  })
  .openapi(sweep, async (c) => {
    const options = c.req.valid("json");
    const images = await sweepDue(c.env, c.var.settings, Date.now(), options);
    return c.json({ images }, 200, NO_STORE);
  })
  .openapi(forgetRoute, async (c) => {
    const wanted = c.req.valid("json");
    const images = "host" in wanted ? await forgetHost(c, wanted) : await forgetUrl(c, wanted.url);
    return c.json({ images }, 200, NO_STORE);
  });

async function addUrls(c: OwnerContext, urls: readonly string[]): Promise<Added> {
  const { settings } = c.var;
  const refused: Added["refused"] = [];
  const images: { key: string; url: string }[] = [];
  for (const text of urls) {
    const url = URL.parse(text);
    if (!url || !/^https?:$/.test(url.protocol)) refused.push({ url: text, reason: "invalid_url" });
    else if (!isCaptioned(url, c.req.url, settings)) {
      refused.push({ url: text, reason: "host_not_allowed" });
    } else images.push(await imageKey(url, settings));
  }
  const fresh = await addSeen(c.env.DB, undefined, images, "list", Date.now());
  await wake(c.env, settings, fresh);
  return { added: fresh.length, refused };
}

async function forgetHost(c: OwnerContext, wanted: { readonly host: string }): Promise<number> {
  await forgetPages(c, await pagesShowing(c.env.DB, wanted));
  return withdraw(c, await forget(c.env.DB, wanted));
}

/** A URL may be an image's or a page's: both are forgotten. */
async function forgetUrl(c: OwnerContext, text: string): Promise<number> {
  const url = URL.parse(text);
  if (!url) throw new SiteProblem("invalid_url", `"${text}" is not a URL.`);
  const { settings } = c.var;
  const page = await pageKey(url, settings);
  const image = await imageKey(url, settings);
  await forgetPages(c, [page.key, ...(await pagesShowing(c.env.DB, { image: image.key }))]);
  const keys = [
    ...(await forget(c.env.DB, { page: page.key })),
    ...(await forget(c.env.DB, { image: image.key })),
  ];
  return withdraw(c, keys);
}

/** Deletes the records of pages: an image in one of them counts as known, and would not be queued again. */
async function forgetPages(c: OwnerContext, keys: readonly string[]): Promise<void> {
  for (const key of keys) await forgetPage(c.env.PAGES, key);
}

/** Withdraws the texts of images that are forgotten. */
async function withdraw(c: OwnerContext, keys: readonly string[]): Promise<number> {
  for (const key of keys) await publishAlt(c.env.PAGES, key, undefined);
  return keys.length;
}
