import { type ProblemCode, problemSchema, problems } from "../../../core/api/problems.ts";
import { problemExample } from "./examples.ts";

/** Problems that any request may meet. */
const EVERYWHERE: readonly ProblemCode[] = ["invalid_settings", "internal_error"];

const retryAfter = { "Retry-After": { $ref: "#/components/headers/RetryAfter" } };

/** The headers of some statuses. */
const headersOf: Readonly<Record<number, object>> = { 429: retryAfter, 503: retryAfter };

/** Describes failures in the OpenAPI document: one response for each status, with its codes. */
export function problemResponses(
  codes: readonly ProblemCode[],
): Record<string, { readonly description: string }> {
  const byStatus = Map.groupBy([...codes, ...EVERYWHERE], (code) => problems[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      status,
      {
        description: those.map((code) => `\`${code}\`: ${problems[code].title}.`).join("\n\n"),
        ...(status in headersOf ? { headers: headersOf[status] } : {}),
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
