import { createRoute, z } from "@hono/zod-openapi";
import { createRouter, type Router } from "../http/router.ts";
import { problemResponses } from "./describe/problem-responses.ts";
import { securitySchemes } from "./describe/security.ts";

const openApi = createRoute({
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

/** Makes the route `GET /openapi.json`, which describes all routes of an application. */
export function openApiRoutes(app: Router): Router {
  /** Generated when it is first requested. */
  let document: OpenApiDocument | undefined;
  return createRouter().openapi(openApi, (c) => {
    document ??= describe(app);
    return c.json({ ...document, servers: [{ url: new URL(c.req.url).origin }] }, 200);
  });
}

type OpenApiDocument = ReturnType<Router["getOpenAPI31Document"]>;

function describe({ openAPIRegistry, getOpenAPI31Document }: Router): OpenApiDocument {
  for (const [name, scheme] of Object.entries(securitySchemes)) {
    openAPIRegistry.registerComponent("securitySchemes", name, scheme);
  }
  openAPIRegistry.registerComponent("headers", "RetryAfter", {
    description: "Seconds after which to try again.",
    schema: { type: "integer" },
  });
  return getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Edge Caption",
      version: "1.0.0",
      description:
        "Answers with a sentence about a photograph. Every failure is a problem document (RFC 9457) with a stable code; GET /problems lists them.",
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
  });
}
