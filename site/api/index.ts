/**
 * The owner's side of the site's Worker: the API, the review page and the OpenAPI document, all below one
 * prefix.
 *
 * @module
 */

import type { OpenAPIHono } from "@hono/zod-openapi";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { reviewRoutes } from "../review/index.ts";
import type { SiteSettings } from "../settings.ts";
import { bucketsRoutes } from "./buckets.ts";
import type { OwnerEnvironment } from "./environment.ts";
import { healthRoutes } from "./health.ts";
import { imagesRoutes } from "./images.ts";
import { openApiRoutes } from "./openapi.ts";
import { pagesRoutes } from "./pages.ts";
import { answerSiteProblem, createOwnerRouter, SiteProblem } from "./problem.ts";
import { queueRoutes } from "./queue.ts";
import { requireOwner, sessionRoutes } from "./session.ts";
import { statusRoutes } from "./status.ts";

/** Answers are data or the review page's files: other sites must neither frame nor embed them. */
const securityHeaders = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  crossOriginResourcePolicy: "same-origin",
  referrerPolicy: "no-referrer",
  // HSTS concerns a whole domain, so its owner decides.
  strictTransportSecurity: false,
  // The review page sets its own policy.
  overwrite: false,
});

/** Creates the application for one set of settings. */
export function createOwnerApp(settings: SiteSettings): OpenAPIHono<OwnerEnvironment> {
  const app = createOwnerRouter().basePath(settings.PREFIX.replace(/\/$/, ""));
  app.use(requestId());
  app.use(securityHeaders);
  app.use(async (c, next) => {
    c.set("settings", settings);
    await next();
  });
  app.use("/api/*", requireOwner);
  app.route("/api", statusRoutes);
  app.route("/api", imagesRoutes);
  app.route("/api", pagesRoutes);
  app.route("/api", queueRoutes);
  app.route("/api", bucketsRoutes);
  app.route("/", sessionRoutes);
  app.route("/", healthRoutes);
  app.route("/", openApiRoutes(app));
  app.route("/", reviewRoutes);
  app.notFound((c) => {
    const detail = `There is no ${c.req.method} ${c.req.path} here.`;
    return answerSiteProblem(new SiteProblem("not_found", detail), c);
  });
  app.onError((error, c) => answerSiteProblem(error, c));
  return app;
}
