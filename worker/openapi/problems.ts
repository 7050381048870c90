import { type ProblemCode, problemSchema, problems } from "../../core/interface/problems.ts";

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
