import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { z } from "zod";
import { issueText } from "../../core/api/issue-text.ts";
import { firstIssue } from "../../core/errors.ts";
import type { Environment } from "./environment.ts";
import { Problem } from "./problem.ts";

/** A router whose routes are declared together with their schemas. */
export type Router = OpenAPIHono<Environment>;

/** Creates a router that answers a query which does not fit its schema with `invalid_parameter`. */
export function createRouter(): Router {
  return new OpenAPIHono<Environment>({
    defaultHook(result, c) {
      if (!result.success) throw invalidParameter(result.error, c);
    },
  });
}

/** The schemas are strict: a misspelt `beams=5` must not be answered as if it had worked. */
function invalidParameter(error: z.core.$ZodError, c: Context): Problem {
  const { issue, place } = firstIssue(error);
  const unknown = issue?.code === "unrecognized_keys" ? (issue.keys[0] ?? "") : undefined;
  const name = unknown ?? place;
  const isRepeated = (c.req.queries(name)?.length ?? 0) > 1;
  const reason = isRepeated ? "it is given more than once" : issueText(issue);
  const detail =
    unknown === undefined || isRepeated
      ? `The parameter "${name}" is not valid: ${reason}.`
      : `There is no parameter "${name}".`;
  return new Problem("invalid_parameter", `${detail}${encodingHint(c)}`);
}

/** The query of an image URL is split into parameters of this request if it is not encoded. */
function encodingHint(c: Context): string {
  if (!c.req.query("url")?.includes("?")) return "";
  return " If it belongs to the image's URL, percent-encode that URL: in JavaScript with encodeURIComponent.";
}
