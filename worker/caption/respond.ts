import type { Context } from "hono";
import { accepts } from "hono/accepts";
import type { CaptionAnswer } from "../../core/api/caption-answer.ts";
import type { OptionsQuery } from "../../core/api/caption-options.ts";
import type { Found } from "../answers/index.ts";
import { secondsKept } from "../answers/kept.ts";
import type { Environment } from "../environment.ts";
import { Problem } from "../problem.ts";

type Format = "json" | "text";

/** Answers with all that is known, or with the caption alone, as the request would have it. */
export function respond(
  c: Context<Environment>,
  answer: CaptionAnswer,
  query: OptionsQuery,
): Response {
  c.header("Cache-Control", "no-store");
  return write(c, answer, formatOf(c, query));
}

/**
 * Answers a `GET` with what was found about a picture's URL, in a way that it can be kept and asked
 * for again.
 *
 * @throws Problem what is wrong with the picture
 */
export function respondKept(c: Context<Environment>, found: Found, query: OptionsQuery): Response {
  const answer = answerOf(found);
  const format = formatOf(c, query);
  const tag = `"${found.tag}.${format}"`;
  c.header("ETag", tag);
  c.header("Cache-Control", cacheControl(c, found));
  if (found.age !== undefined) c.header("Age", String(found.age));
  if (!names(c.req.header("If-None-Match"), tag)) return write(c, answer, format);
  c.header("Vary", "Accept", { append: true });
  return c.body(null, 304);
}

/** @throws Problem what is wrong with the picture */
export function answerOf({ outcome }: Found): CaptionAnswer {
  if ("answer" in outcome) return outcome.answer;
  throw new Problem(outcome.problem.code, outcome.problem.detail);
}

function write(c: Context, answer: CaptionAnswer, format: Format): Response {
  c.header("Vary", "Accept", { append: true });
  return format === "json" ? c.json(answer) : c.text(`${answer.caption}\n`);
}

/** Where a key is needed, nobody may keep an answer for somebody else. */
function cacheControl(c: Context<Environment>, found: Found): string {
  const { settings } = c.var;
  const seconds = secondsKept(found, settings);
  const isOpen = settings.API_KEYS.length + settings.URL_KEYS.length === 0;
  return seconds === 0 ? "no-store" : `${isOpen ? "public" : "private"}, max-age=${seconds}`;
}

/** Whether `If-None-Match` names an answer; on its way, it may have become a weak name. */
function names(header: string | undefined, tag: string): boolean {
  const given = header?.split(",").map((text) => text.trim().replace(/^W\//, "")) ?? [];
  return given.includes(tag) || given.includes("*");
}

function formatOf(c: Context, { format }: OptionsQuery): Format {
  if (format) return format;
  const supports = ["application/json", "text/plain"];
  const preferred = accepts(c, { header: "Accept", supports, default: "application/json" });
  return preferred === "text/plain" ? "text" : "json";
}
