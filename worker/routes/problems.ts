import { createRoute } from "@hono/zod-openapi";
import { problems, problemTableSchema } from "../../core/api/problems.ts";
import { createRouter } from "../http/router.ts";
import { problemResponses } from "./describe/problem-responses.ts";

const problemTable = createRoute({
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

/** `GET /problems`: the table of failures. */
export const problemsRoutes = createRouter().openapi(problemTable, (c) => c.json(problems, 200));
