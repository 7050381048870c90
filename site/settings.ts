/**
 * The variables of the site's Worker: every one of them, with its format, its limits and its default.
 *
 * @module
 */

import { z } from "zod";
import { DEFAULT_PREFIX } from "../client/site.ts";
import { issueText } from "../core/api/issue-text.ts";
import { UserError } from "../core/errors.ts";
import { hostPatternsSchema } from "../worker/settings/host-patterns.ts";
import { secretListSchema } from "../worker/settings/secrets.ts";
import { whole } from "../worker/settings/whole.ts";
import type { PublicUrls } from "./buckets/object-url.ts";

const flag = z.enum(["true", "false"]).transform((text) => text === "true");

/** Parses names between commas. */
const nameListSchema = z
  .string()
  .transform((list) => list.split(",").flatMap((text) => text.trim() || []));

/** An http or https origin without a path; empty for none. */
const originSchema = z.string().transform((text, context): URL | undefined => {
  if (text === "") return undefined;
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && url.origin === text.replace(/\/$/, "")) return url;
  context.addIssue({ code: "custom", message: `"${text}" is not of the form https://host` });
  return z.NEVER;
});

const prefixSchema = z
  .string()
  .regex(/^\/([A-Za-z0-9._~-]+\/)+$/, "not a path that begins and ends with a slash");

/** A confidence from 0 to 1; empty for the model's own threshold. */
const confidenceSchema = z
  .union([z.number(), z.string().regex(/^[\d.]*$/, "not a number from 0 to 1")])
  .transform((value) => (value === "" ? undefined : Number(value)))
  .pipe(z.number().min(0).max(1).optional());

const bucketSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, "not a bucket's name");

/** Parses `bucket=URL` between commas. A URL within another comes first. */
const publicUrlsSchema = nameListSchema.transform((list, context): PublicUrls => {
  const urls = list.map((text) => {
    const [bucket = "", address = ""] = text.split(/=(.*)/s);
    const url = URL.parse(address);
    const isPlain = url && /^https?:$/.test(url.protocol) && url.search + url.hash === "";
    if (isPlain && bucketSchema.safeParse(bucket).success) {
      return { bucket, base: url.href.replace(/\/*$/, "/") };
    }
    context.addIssue({
      code: "custom",
      message: `"${text}" is not of the form bucket=https://host/`,
    });
    return { bucket, base: "" };
  });
  return urls.toSorted((one, other) => other.base.length - one.base.length);
});

/** Every variable that changes what the site's Worker does, with its default. */
export const siteSettingsSchema = z.object({
  ORIGIN: originSchema
    .prefault("")
    .describe(
      "where the site's pages are fetched from; if empty, from the origin of the route that the Worker runs on",
    ),
  PREFIX: prefixSchema
    .default(DEFAULT_PREFIX)
    .describe("the path below which the Worker answers itself; all other paths are the origin's"),
  IMAGE_HOSTS: hostPatternsSchema
    .default([])
    .describe(
      "hosts whose images are captioned; if empty, the page's own host only: comma-separated, also *.example.com",
    ),
  OWN_HOSTS: hostPatternsSchema
    .default([])
    .describe(
      "hosts whose robots.txt is not read because they are yours; the hosts of the pages that the Worker serves always are: comma-separated, also *.example.com",
    ),
  PUBLIC_URLS: publicUrlsSchema
    .prefault("")
    .describe(
      "where the site shows images of buckets, so that they are read from the bucket and filled in there: comma-separated, such as photos=https://images.example.com/",
    ),
  SKIP_SELECTOR: z
    .string()
    .default("")
    .describe("a CSS selector of images that are left as they are"),
  RESIZE_PARAMETERS: nameListSchema
    .prefault("w, h, width, height, dpr, q, quality, fit, resize, auto, fm, format")
    .describe(
      "query parameters that only resize or recompress an image, and do not make another one: comma-separated",
    ),
  PAGE_PARAMETERS: nameListSchema
    .prefault("")
    .describe("query parameters that make another page; all others are dropped: comma-separated"),
  PRIVATE_COOKIES: nameListSchema
    .prefault("")
    .describe(
      "cookies whose requests are private, so that nothing about their pages is stored: comma-separated names; a * at the end stands for any ending",
    ),
  MAX_PAGE_BYTES: whole(1, 16 << 20)
    .default(1 << 20)
    .describe("the largest page that is filled in, in bytes after decompression"),
  MAX_FILLED: whole(0, 100).default(100).describe("the most images that are filled in on a page"),
  NEW_PER_PAGE: whole(0, 1000)
    .default(100)
    .describe("the most new images that one visit of a page may queue"),
  NEW_PER_HOUR: whole(0, 10_000_000)
    .default(1000)
    .describe("the most new images that visits may queue in an hour"),
  NEW_PER_DAY: whole(0, 100_000_000)
    .default(10_000)
    .describe("the most new images that visits may queue in a day (UTC)"),
  CACHE_TTL_SECONDS: whole(30, 86_400)
    .default(60)
    .describe("seconds that a location of Cloudflare may go on serving an older caption"),
  MIN_CONFIDENCE: confidenceSchema
    .prefault("")
    .describe(
      "the least confidence of a caption that is filled in, from 0 to 1; if empty, the model's own threshold for alternative texts",
    ),
  NEUTRAL: flag.prefault("false").describe("true names people in captions without gender"),
  STYLE: z.string().default("").describe("the captions' style; if empty, the model's own"),
  MAX_IN_FLIGHT: whole(1, 100_000)
    .default(1000)
    .describe("the most messages in the queue at once; the sweep sends the rest later"),
  MAX_ATTEMPTS: whole(1, 20)
    .default(6)
    .describe("how often an image is tried before it counts as failed"),
  RETRY_SECONDS: whole(1, 86_400)
    .default(60)
    .describe("seconds until the first retry; each further retry waits four times as long"),
  LEASE_SECONDS: whole(10, 3600)
    .default(300)
    .describe("seconds after which an image that a stopped consumer held is queued again"),
  HOST_INTERVAL_MS: whole(0, 3_600_000)
    .default(250)
    .describe("the least milliseconds between two fetches from one host"),
  REVIEW_KEYS: secretListSchema
    .prefault("")
    .describe(
      "a secret: keys for the review page and the site's API; comma-separated; without any, both refuse everyone",
    ),
});

/** The parsed variables. */
export type SiteSettings = z.infer<typeof siteSettingsSchema>;

/**
 * Parses the variables; other bindings are ignored.
 *
 * @throws {UserError} `invalid_settings`, which names the variable.
 */
export function parseSiteSettings(variables: Readonly<Record<string, unknown>>): SiteSettings {
  const parsed = siteSettingsSchema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UserError(
    "invalid_settings",
    `The variable ${issue?.path.join(".") ?? ""} is not valid: ${issueText(issue)}.`,
  );
}
