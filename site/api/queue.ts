import {
  type Added,
  addedSchema,
  addUrlsSchema,
  type Forget,
  forgetSchema,
  forgottenSchema,
  recaptionSchema,
  sweepSchema,
} from "../../core/api/site.ts";
import { objectOf } from "../buckets/object-url.ts";
import { forgetEverywhere } from "../pages/forget.ts";
import { isCaptioned } from "../pages/is-captioned.ts";
import { imageKey, objectKey, pageKey } from "../pages/keys.ts";
import { sendDue, sweepDue, wake } from "../queue/index.ts";
import { addSeen, recaption, retryFailed, type Unwanted } from "../store/index.ts";
import { countAnswer, jsonAnswer, jsonBody, NO_STORE } from "./describe.ts";
import type { OwnerContext } from "./environment.ts";
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
  description:
    "At most some hundred images and pages at once: repeat the request while there is `more`.",
  request: jsonBody(forgetSchema),
  responses: jsonAnswer("What was deleted.", forgottenSchema, ["invalid_json", "invalid_url"]),
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
    let images = 0;
    let more = false;
    for (const unwanted of await readUnwanted(c, c.req.valid("json"))) {
      const forgotten = await forgetEverywhere(c.env, unwanted);
      images += forgotten.images.length;
      more ||= forgotten.more;
    }
    return c.json({ images, more }, 200, NO_STORE);
  });

async function addUrls(c: OwnerContext, urls: readonly string[]): Promise<Added> {
  const { settings } = c.var;
  const refused: Added["refused"] = [];
  const images: { key: string; url: string }[] = [];
  for (const text of urls) {
    const url = URL.parse(text);
    if (!url || !/^https?:$/.test(url.protocol)) refused.push({ url: text, reason: "invalid_url" });
    else if (!isCaptioned(url, new URL(c.req.url), settings)) {
      refused.push({ url: text, reason: "host_not_allowed" });
    } else images.push(await imageKey(url, settings));
  }
  const fresh = await addSeen(c.env.DB, undefined, images, "list", Date.now());
  await wake(c.env, settings, fresh);
  return { added: fresh.length, refused };
}

/** Returns what a request wants forgotten. A URL may be an image's or a page's: both are forgotten. */
async function readUnwanted(c: OwnerContext, wanted: Forget): Promise<Unwanted[]> {
  if ("host" in wanted) return [wanted];
  const object = objectOf(wanted.url, c.var.settings.PUBLIC_URLS);
  if (object) return [{ image: (await objectKey(object, c.var.settings)).key }];
  const url = URL.parse(wanted.url);
  if (!url) throw new SiteProblem("invalid_url", `"${wanted.url}" is not a URL.`);
  const [page, image] = [await pageKey(url, c.var.settings), await imageKey(url, c.var.settings)];
  return [{ page: page.key }, { image: image.key }];
}
