/**
 * `GET /openapi.json`: the service described by the schemas that it validates with.
 *
 * @module
 */

import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { captionByUploadRoute, captionByUrlRoute } from "../caption/routes.ts";
import { captionsRoute } from "../captions/routes.ts";
import type { Environment } from "../environment.ts";
import { healthRoute } from "../health/index.ts";
import { manifestRoute } from "../manifest/index.ts";
import { problemResponses } from "./problems.ts";

const json = { "application/json": { schema: z.looseObject({}) } };

const openApiRoute = createRoute({
  method: "get",
  path: "/openapi.json",
  summary: "This document",
  responses: { 200: { description: "OpenAPI 3.1.", content: json }, ...problemResponses([]) },
});

const problemsRoute = createRoute({
  method: "get",
  path: "/problems",
  summary: "Every failure that the service answers with",
  responses: {
    200: { description: "Status and title of each code.", content: json },
    ...problemResponses([]),
  },
});

const routes = [
  captionByUrlRoute,
  captionByUploadRoute,
  captionsRoute,
  healthRoute,
  manifestRoute,
  problemsRoute,
  openApiRoute,
];

/** Written once an isolate, and only if somebody asks. */
let document: object | undefined;

/** `GET /openapi.json` */
export function openApi(c: Context<Environment>): Response {
  document ??= describeService();
  return c.json(document);
}

function describeService(): object {
  const { openAPIRegistry, getOpenAPI31Document } = new OpenAPIHono();
  for (const route of routes) openAPIRegistry.registerPath(route);
  return getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Edge Caption",
      version: "1.0.0",
      description: "Give it a photograph, and it answers with a sentence.",
      license: { name: "MIT" },
    },
    servers: [{ url: "/" }],
  });
}
