import type { MiddlewareHandler } from "hono";
import { deleteCookie, getSignedCookie, setSignedCookie } from "hono/cookie";
import { sessionSchema } from "../../core/api/site.ts";
import { isOneOf } from "../../worker/http/secrets.ts";
import type { OwnerContext, OwnerEnvironment } from "./environment.ts";
import { createOwnerRouter, createRoute, SiteProblem, siteProblemResponses } from "./problem.ts";

const COOKIE = "edge_caption_session";

/** How long a person stays signed in, in seconds. */
const SESSION_SECONDS = 12 * 60 * 60;

/** Methods that change nothing. */
const SAFE_METHODS: readonly string[] = ["GET", "HEAD"];

/**
 * Lets only the owner pass: a program with a key as a bearer token, or a browser with the cookie of
 * `POST session`.
 *
 * @throws {SiteProblem} `unauthorized`; `cross_site` for a change with the cookie from another site's page
 */
export const requireOwner: MiddlewareHandler<OwnerEnvironment> = async (c, next) => {
  const authorization = c.req.header("Authorization");
  if (authorization !== undefined) {
    const [, key] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    if (key !== undefined && (await isOneOf(key, c.var.settings.REVIEW_KEYS))) return next();
    throw new SiteProblem("unauthorized", "The key is not valid.");
  }
  if (!(await hasSession(c))) {
    throw new SiteProblem("unauthorized", "Sign in, or send a key as `Authorization: Bearer KEY`.");
  }
  if (!SAFE_METHODS.includes(c.req.method)) requireSameOrigin(c);
  return next();
};

/** The cookie is signed with the key itself, so that it ends when the key is removed. */
async function hasSession(c: OwnerContext): Promise<boolean> {
  for (const key of c.var.settings.REVIEW_KEYS) {
    const expires = await getSignedCookie(c, key, COOKIE);
    if (expires && Number(expires) > Date.now() / 1000) return true;
  }
  return false;
}

/**
 * Browsers send `Origin` with every request that is not a GET. SameSite=Strict alone would still let
 * pages of sibling subdomains act.
 */
function requireSameOrigin(c: OwnerContext): void {
  if (c.req.header("Origin") === new URL(c.req.url).origin) return;
  throw new SiteProblem("cross_site", "Changes are accepted from the review page only.");
}

const signIn = createRoute({
  method: "post",
  path: "/session",
  operationId: "signIn",
  summary: "Sign in to the review page",
  request: {
    body: { required: true, content: { "application/json": { schema: sessionSchema } } },
  },
  responses: {
    204: { description: "A cookie, valid for twelve hours." },
    ...siteProblemResponses(["invalid_json"]),
  },
});

const signOut = createRoute({
  method: "delete",
  path: "/session",
  operationId: "signOut",
  summary: "Sign out of the review page",
  responses: { 204: { description: "The cookie is gone." }, ...siteProblemResponses() },
});

/** `POST /session` and `DELETE /session`. */
export const sessionRoutes = createOwnerRouter()
  .openapi(signIn, async (c) => {
    requireSameOrigin(c);
    const { key } = c.req.valid("json");
    if (!(await isOneOf(key, c.var.settings.REVIEW_KEYS))) {
      throw new SiteProblem("unauthorized", "The key is not valid.");
    }
    const expires = Math.floor(Date.now() / 1000) + SESSION_SECONDS;
    const options = { ...cookieOptions(c), maxAge: SESSION_SECONDS };
    await setSignedCookie(c, COOKIE, String(expires), key, options);
    return c.body(null, 204);
  })
  .openapi(signOut, (c) => {
    requireSameOrigin(c);
    deleteCookie(c, COOKIE, cookieOptions(c));
    return c.body(null, 204);
  });

function cookieOptions(c: OwnerContext) {
  return {
    path: c.var.settings.PREFIX,
    httpOnly: true,
    sameSite: "Strict" as const,
    secure: new URL(c.req.url).protocol === "https:",
  };
}
