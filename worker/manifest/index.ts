import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { manifestSchema } from "../../core/bundle/manifest.ts";
import type { Environment } from "../environment.ts";
import { readModelManifest } from "../model.ts";
import { problemResponses } from "../openapi/problems.ts";

export const manifestRoute = createRoute({
  method: "get",
  path: "/model",
  summary: "The manifest of the model that writes the captions",
  responses: {
    200: {
      description: "What it is, what it was trained on, and how well it does.",
      content: { "application/json": { schema: manifestSchema } },
    },
    ...problemResponses(["model_unavailable"]),
  },
});

/** `GET /model`: does not load the model. */
export async function manifest(c: Context<Environment>): Promise<Response> {
  return c.json(await readModelManifest(c.env));
}
