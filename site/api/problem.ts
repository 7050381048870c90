import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { issueText } from "../../core/api/issue-text.ts";
import {
  type SiteImage,
  type SiteProblemCode,
  type SiteProblemDocument,
  siteProblemSchema,
  siteProblems,
} from "../../core/api/site.ts";
import { UserError } from "../../core/errors.ts";
import { ReviewRefused } from "../store/index.ts";
import type { OwnerContext, OwnerEnvironment } from "./environment.ts";
import { siteImageOf } from "./image-answer.ts";

export { createRoute };

/** A failure from the table of the site's problems. */
export class SiteProblem extends Error {
  readonly code: SiteProblemCode;
  /** The image as it is now, of an `edit_conflict`. */
  readonly current: SiteImage | undefined;

  /** @param detail - one sentence for people, sent to the client. */
  constructor(
    code: SiteProblemCode,
    detail: string,
    options: ErrorOptions & { readonly current?: SiteImage } = {},
  ) {
    super(detail, options);
    this.code = code;
    this.current = options.current;
  }
}

/** Creates a router that answers a request that does not fit its schema with a problem document. */
export function createOwnerRouter(): OpenAPIHono<OwnerEnvironment> {
  return new OpenAPIHono<OwnerEnvironment>({
    defaultHook(result) {
      if (result.success) return;
      const [issue] = result.error.issues;
      const isBody = result.target === "json";
      const name = issue?.path.join(".") ?? "";
      const subject = isBody ? "The body" : "The request";
      const text = `${name === "" ? subject : `"${name}"`} is not valid: ${issueText(issue)}.`;
      throw new SiteProblem(isBody ? "invalid_json" : "invalid_parameter", text);
    },
  });
}

/**
 * Answers with a problem document (RFC 9457). An unexpected error shows nothing of itself: it is written
 * to the log, under the request id.
 */
export function answerSiteProblem(error: unknown, c: OwnerContext): Response {
  const problem = asSiteProblem(error);
  const { code, message: detail, current } = problem;
  const { requestId } = c.var;
  const { status, title } = siteProblems[code];
  if (code === "internal_error") {
    const cause = problem.cause instanceof Error ? problem.cause.stack : String(problem.cause);
    console.error(JSON.stringify({ requestId, code, cause }));
  }
  const document: SiteProblemDocument = {
    ...{ type: "about:blank", title, status, detail, code, requestId },
    ...(current === undefined ? {} : { current }),
  };
  return c.json(document, status, {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
    ...(code === "unauthorized" ? { "WWW-Authenticate": 'Bearer realm="site"' } : {}),
  });
}

function asSiteProblem(error: unknown): SiteProblem {
  if (error instanceof SiteProblem) return error;
  if (error instanceof ReviewRefused && isSiteProblemCode(error.code)) {
    const { current } = error;
    return new SiteProblem(error.code, error.message, current && { current: siteImageOf(current) });
  }
  if (error instanceof UserError && isSiteProblemCode(error.code)) {
    return new SiteProblem(error.code, error.message, { cause: error });
  }
  // Hono's own refusals, such as a body that is not JSON.
  if (error instanceof Error && "status" in error && error.status === 400) {
    return new SiteProblem("invalid_json", "The body is not JSON.", { cause: error });
  }
  return new SiteProblem(
    "internal_error",
    "The service failed unexpectedly. Its log has the reason under this request id.",
    { cause: error },
  );
}

function isSiteProblemCode(code: string): code is SiteProblemCode {
  return Object.hasOwn(siteProblems, code);
}

/** Problems that every authenticated request may meet. */
const EVERYWHERE: readonly SiteProblemCode[] = ["unauthorized", "cross_site", "internal_error"];

/** Describes failures in the OpenAPI document: one response for each status, with its codes. */
export function siteProblemResponses(
  codes: readonly SiteProblemCode[] = [],
): Record<string, { readonly description: string }> {
  const byStatus = Map.groupBy([...EVERYWHERE, ...codes], (code) => siteProblems[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      status,
      {
        description: those.map((code) => `\`${code}\`: ${siteProblems[code].title}.`).join("\n\n"),
        content: { "application/problem+json": { schema: siteProblemSchema } },
      },
    ]),
  );
}
