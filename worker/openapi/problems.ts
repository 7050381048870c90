import { z } from "@hono/zod-openapi";
import { type ProblemCode, problems } from "../problem.ts";

/** A problem document, RFC 9457. */
export const problemSchema = z
  .object({
    type: z.string().openapi({ example: "/problems#private_address" }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(problems)).openapi({ description: "Stable: for programs." }),
    requestId: z.string().openapi({ description: "Leads to the request's line in the log." }),
  })
  .openapi("Problem");

/** Any request may meet these. */
const everywhere: readonly ProblemCode[] = ["invalid_settings", "internal_error"];

/** Documents failures: a response for each status, which lists its codes. */
export function problemResponses(codes: readonly ProblemCode[]) {
  const byStatus = Map.groupBy([...codes, ...everywhere], (code) => problems[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      status,
      {
        description: those.map((code) => `\`${code}\`: ${problems[code].title}.`).join("\n\n"),
        content: { "application/problem+json": { schema: problemSchema } },
      },
    ]),
  );
}
