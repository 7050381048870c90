import { z } from "@hono/zod-openapi";
import { countSchema, type SiteProblemCode } from "../../core/api/site.ts";
import { siteProblemResponses } from "./problem.ts";

/** Headers of answers that only the owner may see. */
export const NO_STORE = { "Cache-Control": "no-store" } as const;

/** The key in the path of an image's routes. */
export const imageKeySchema = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{32}$/, "not 32 hexadecimal digits"),
});

/** Describes a body of JSON that a request must have. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { body: { required: true as const, content: { "application/json": { schema } } } };
}

/** Describes the answer to a request, as JSON, beside its problems. */
export function jsonAnswer<Schema extends z.ZodType>(
  description: string,
  schema: Schema,
  problems: readonly SiteProblemCode[] = [],
) {
  return {
    200: { description, content: { "application/json": { schema } } },
    ...siteProblemResponses(problems),
  };
}

/** Describes the answer to a request that changes many images. */
export function countAnswer(problems: readonly SiteProblemCode[] = []) {
  return jsonAnswer("How many images it concerned.", countSchema, problems);
}
