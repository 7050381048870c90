import type { RouteConfig } from "@hono/zod-openapi";
import { stream } from "hono/streaming";
import {
  imagesQuerySchema,
  imagesSchema,
  reviewSchema,
  siteImageSchema,
} from "../../core/api/site.ts";
import { publishTexts } from "../queue/index.ts";
import { exportRows, listImages, review } from "../store/index.ts";
import { imageKeySchema, jsonAnswer, jsonBody, NO_STORE } from "./describe.ts";
import { siteImageOf } from "./image-answer.ts";
import { createOwnerRouter, createRoute, siteProblemResponses } from "./problem.ts";

const list = createRoute({
  method: "get",
  path: "/images",
  operationId: "listImages",
  summary: "Images by rising confidence",
  request: { query: imagesQuerySchema },
  responses: jsonAnswer("A part of them; `cursor` leads to the next.", imagesSchema, [
    "invalid_parameter",
  ]),
});

const decide = createRoute({
  method: "patch",
  path: "/images/{key}",
  operationId: "review",
  summary: "Decide about an image",
  description:
    "What a person decides wins over every model. If another person has decided since `version`, the answer is 409 with the present image, and nothing changes.",
  request: { params: imageKeySchema, ...jsonBody(reviewSchema) },
  responses: jsonAnswer("The image, changed.", siteImageSchema, [
    "invalid_parameter",
    "invalid_json",
    "not_found",
    "edit_conflict",
  ]),
});

/** Without the literal type: OpenAPIHono would not accept a stream for a type that is not JSON. */
const exportResponses: RouteConfig["responses"] = {
  200: {
    description: "One line for each image.",
    content: { "application/x-ndjson": { schema: siteImageSchema } },
  },
  ...siteProblemResponses(),
};

const exportAll = createRoute({
  method: "get",
  path: "/export",
  operationId: "exportImages",
  summary: "All images, a line of JSON for each",
  responses: exportResponses,
});

/** `GET /images`, `PATCH /images/{key}` and `GET /export`. */
export const imagesRoutes = createOwnerRouter()
  .openapi(list, async (c) => {
    const { images, cursor } = await listImages(c.env.DB, c.req.valid("query"));
    const answer = { images: images.map(siteImageOf) };
    return c.json(cursor === undefined ? answer : { ...answer, cursor }, 200, NO_STORE);
  })
  .openapi(decide, async (c) => {
    const { key } = c.req.valid("param");
    const { version, ...decision } = c.req.valid("json");
    const row = await review(c.env.DB, key, version, decision, Date.now());
    await publishTexts(c.env, [key]);
    return c.json(siteImageOf(row), 200, NO_STORE);
  })
  .openapi(exportAll, (c) => {
    c.header("Content-Type", "application/x-ndjson");
    c.header("Cache-Control", "no-store");
    return stream(c, async (lines) => {
      for await (const row of exportRows(c.env.DB)) {
        await lines.write(`${JSON.stringify(siteImageOf(row))}\n`);
      }
    });
  });
