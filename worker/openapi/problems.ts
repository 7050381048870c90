import { type ProblemCode, problemSchema, problems } from "../../core/api/problems.ts";
import { problemExample } from "./examples.ts";

/** Any request may meet these. */
const everywhere: readonly ProblemCode[] = ["invalid_settings", "internal_error"];

/** What comes with a failure of a status. */
const headers: Readonly<Record<number, object>> = {
  429: { "Retry-After": { $ref: "#/components/headers/RetryAfter" } },
  503: { "Retry-After": { $ref: "#/components/headers/RetryAfter" } },
};

/** Documents failures: a response for each status, which lists its codes. */
export function problemResponses(codes: readonly ProblemCode[]) {
  const byStatus = Map.groupBy([...codes, ...everywhere], (code) => problems[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      status,
      {
        description: those.map((code) => `\`${code}\`: ${problems[code].title}.`).join("\n\n"),
        ...(status in headers ? { headers: headers[status] } : {}),
        content: {
          "application/problem+json": {
            schema: problemSchema,
            examples: Object.fromEntries(
              those.map((code) => [code, { value: problemExample(code) }]),
            ),
          },
        },
      },
    ]),
  );
}
