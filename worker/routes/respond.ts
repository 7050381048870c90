import type { Context } from "hono";
import { accepts } from "hono/accepts";
import type { CaptionAnswer, WithheldAnswer } from "../../core/api/caption-answer.ts";
import type { OptionsQuery } from "../../core/api/caption-options.ts";
import { withholdUnsure } from "../../core/confidence/withhold.ts";
import { lifetimeOf } from "../cache/entries.ts";
import { answerOf, type Found } from "../captioning/answer-url.ts";
import type { Environment } from "../http/environment.ts";

type Format = "json" | "text";

/** Answers with JSON, or with the caption alone, as the request prefers. */
export function respond(c: Context<Environment>, found: CaptionAnswer, query: OptionsQuery) {
  c.header("Cache-Control", "no-store");
  return write(c, withholdUnsure(found, query.min_confidence), formatOf(c, query));
}

/**
 * Answers a `GET` for an image URL, with the headers by which clients cache and revalidate.
 *
 * @throws {Problem} the image's problem
 */
export function respondFound(c: Context<Environment>, found: Found, query: OptionsQuery): Response {
  const answer = withholdUnsure(answerOf(found), query.min_confidence);
  const format = formatOf(c, query);
  const tag = `"${found.tag}.${answer.caption === null ? "withheld." : ""}${format}"`;
  c.header("ETag", tag);
  c.header("Cache-Control", cacheControl(c, found));
  if (found.age !== undefined) c.header("Age", String(found.age));
  if (!matchesTag(c.req.header("If-None-Match"), tag)) return write(c, answer, format);
  c.header("Vary", "Accept", { append: true });
  return c.body(null, 304);
}

function write(c: Context, answer: CaptionAnswer | WithheldAnswer, format: Format) {
  c.header("Vary", "Accept", { append: true });
  if (format === "json") return c.json(answer, 200);
  if (answer.confidence !== undefined) c.header("Caption-Confidence", String(answer.confidence));
  if (answer.caption !== null) return c.text(`${answer.caption}\n`, 200);
  c.header("Caption-Reason", answer.reason);
  return c.text("", 200);
}

/** If the service has keys, shared caches must not store its answers. */
function cacheControl(c: Context<Environment>, found: Found): string {
  const { settings } = c.var;
  const seconds = lifetimeOf(found, settings);
  const isOpen = settings.API_KEYS.length + settings.URL_KEYS.length === 0;
  return seconds === 0 ? "no-store" : `${isOpen ? "public" : "private"}, max-age=${seconds}`;
}

/** Compares weakly: proxies that compress an answer weaken its ETag. */
function matchesTag(header: string | undefined, tag: string): boolean {
  const given = header?.split(",").map((text) => text.trim().replace(/^W\//, "")) ?? [];
  return given.includes(tag) || given.includes("*");
}

function formatOf(c: Context, { format }: OptionsQuery): Format {
  if (format) return format;
  const supports = ["application/json", "text/plain"];
  const preferred = accepts(c, { header: "Accept", supports, default: "application/json" });
  return preferred === "text/plain" ? "text" : "json";
}
