import type { MiddlewareHandler } from "hono";
import type { Environment } from "./environment.ts";
import { Problem } from "./problem.ts";

/** Header of every image request that the service sends, by which it recognises its own. */
export const OWN_REQUEST_HEADER = "Edge-Caption-Fetch";

/**
 * Refuses requests that the service sent itself, which could otherwise multiply without end.
 *
 * @throws {Problem} `own_request`
 */
export const refuseOwnRequests: MiddlewareHandler<Environment> = (c, next) => {
  if (c.req.header(OWN_REQUEST_HEADER) === undefined) return next();
  throw new Problem("own_request", "The image's URL leads back to this service.");
};
