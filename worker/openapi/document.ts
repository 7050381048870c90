import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { problems, problemTableSchema } from "../../core/api/problems.ts";
import { captionByUploadRoute, captionByUrlRoute } from "../caption/routes.ts";
import { captionsRoute } from "../captions/routes.ts";
import { healthRoute } from "../health/route.ts";
import { manifestRoute } from "../manifest/route.ts";
import { problemResponses } from "./problems.ts";
import { securitySchemes } from "./security.ts";

const openApiRoute = createRoute({
  method: "get",
  path: "/openapi.json",
  operationId: "openapi",
  summary: "This document",
  responses: {
    200: {
      description: "OpenAPI 3.1.",
      content: {
        "application/json": {
          schema: z.looseObject({ openapi: z.string() }),
          example: { openapi: "3.1.0" },
        },
      },
    },
    ...problemResponses([]),
  },
});

const problemsRoute = createRoute({
  method: "get",
  path: "/problems",
  operationId: "problems",
  summary: "Every failure that the service answers with",
  responses: {
    200: {
      description: "Status and title of each code.",
      content: { "application/json": { schema: problemTableSchema, example: problems } },
    },
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

/** Describes the service by the schemas that it validates with. */
export function describeService(): object {
  const { openAPIRegistry, getOpenAPI31Document } = new OpenAPIHono();
  for (const route of routes) openAPIRegistry.registerPath(route);
  for (const [name, scheme] of Object.entries(securitySchemes)) {
    openAPIRegistry.registerComponent("securitySchemes", name, scheme);
  }
  openAPIRegistry.registerComponent("headers", "RetryAfter", {
    description: "Seconds after which to ask again.",
    schema: { type: "integer" },
  });
  return getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Edge Caption",
      version: "1.0.0",
      description:
        "Give it a photograph, and it answers with a sentence. Every failure is a problem document (RFC 9457) with a stable code: GET /problems lists them.",
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
  });
}
