import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { z } from "zod";
import type { Environment } from "./environment.ts";
import { Problem } from "./problem.ts";

/** A router whose routes are declared together with their schemas. */
export type Router = OpenAPIHono<Environment>;

/** Creates a router that answers a query which does not fit its schema with `invalid_parameter`. */
export function createRouter(): Router {
  return new OpenAPIHono<Environment>({
    defaultHook(result, c) {
      if (!result.success) throw invalidParameter(result.error.issues[0], c);
    },
  });
}

/** The schemas are strict: a misspelt `beams=5` must not be answered as if it had worked. */
function invalidParameter(issue: z.core.$ZodIssue | undefined, c: Context): Problem {
  const isUnknown = issue?.code === "unrecognized_keys";
  const name = (isUnknown ? issue.keys[0] : issue?.path.join(".")) ?? "";
  const reason = isUnknown ? "there is no such parameter" : reasonOf(name, issue, c);
  return new Problem("invalid_parameter", `The parameter "${name}" is not valid: ${reason}.`);
}

function reasonOf(name: string, issue: z.core.$ZodIssue | undefined, c: Context): string {
  const isRepeated = (c.req.queries(name)?.length ?? 0) > 1;
  return isRepeated ? "it is given more than once" : (issue?.message ?? "");
}
