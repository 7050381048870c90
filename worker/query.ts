import type { Context } from "hono";
import type { z } from "zod";
import { Problem } from "./problem.ts";

/**
 * Reads the parameters in a request's URL.
 *
 * One that is unknown is refused, since `beams=5` would otherwise be answered as if nothing had
 * been asked; and one that is given twice, since which one counts would be a guess.
 *
 * @throws Problem `invalid_parameter`
 */
export function readQuery<Schema extends z.ZodObject>(c: Context, schema: Schema): z.infer<Schema> {
  const parameters: Record<string, string> = {};
  for (const [name, [value = "", ...others]] of Object.entries(c.req.queries())) {
    if (others.length > 0) throw invalid(name, "it is given more than once");
    if (!Object.hasOwn(schema.shape, name)) throw invalid(name, "there is no such parameter");
    parameters[name] = value;
  }
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(issue?.path.join(".") ?? "", issue?.message ?? "");
}

function invalid(name: string, reason: string): Problem {
  return new Problem("invalid_parameter", `The parameter "${name}" is not understood: ${reason}.`);
}
