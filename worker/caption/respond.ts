import type { Context } from "hono";
import { accepts } from "hono/accepts";
import type { CaptionAnswer } from "../../core/interface/caption-answer.ts";
import type { OptionsQuery } from "../../core/interface/caption-options.ts";
import type { Environment } from "../environment.ts";

/** Answers with all that is known, or with the caption alone, as the request would have it. */
export function respond(
  c: Context<Environment>,
  answer: CaptionAnswer,
  query: OptionsQuery,
): Response {
  c.header("Vary", "Accept", { append: true });
  if ((query.format ?? preferredFormat(c)) === "json") return c.json(answer);
  return c.text(`${answer.caption}\n`);
}

function preferredFormat(c: Context): "json" | "text" {
  const supports = ["application/json", "text/plain"];
  const header = "Accept";
  return accepts(c, { header, supports, default: "application/json" }) === "text/plain"
    ? "text"
    : "json";
}
