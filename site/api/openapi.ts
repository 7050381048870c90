import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import packageJson from "../../package.json" with { type: "json" };
import type { OwnerEnvironment } from "./environment.ts";
import { createOwnerRouter } from "./problem.ts";

const openApi = createRoute({
  method: "get",
  path: "/openapi.json",
  operationId: "siteOpenapi",
  summary: "This document",
  responses: {
    200: {
      description: "OpenAPI 3.1.",
      content: { "application/json": { schema: z.looseObject({ openapi: z.string() }) } },
    },
  },
});

type OwnerApp = OpenAPIHono<OwnerEnvironment>;

/** `GET /openapi.json`: describes all routes of the application. */
export function openApiRoutes(app: OwnerApp): OwnerApp {
  return createOwnerRouter().openapi(openApi, (c) => {
    const servers = [{ url: new URL(c.req.url).origin }];
    return c.json({ ...describe(app), servers }, 200);
  });
}

function describe({ openAPIRegistry, getOpenAPI31Document }: OwnerApp) {
  openAPIRegistry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description: "One of the REVIEW_KEYS; or the cookie of POST session.",
  });
  return getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Edge Caption for a site",
      version: packageJson.version,
      description:
        "The owner's side of the Worker in front of a site. Every failure is a problem document (RFC 9457) with a stable code.",
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    security: [{ key: [] }],
  });
}
