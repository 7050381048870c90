import { z } from "@hono/zod-openapi";

/**
 * Describes a request's body in the OpenAPI document only.
 *
 * OpenAPIHono validates a body whose schema is zod's before the handler runs, and reads all of it
 * for that, however long. The handlers read bodies themselves, up to a limit of bytes and of time.
 */
export function bodySchema(schema: z.ZodType): object {
  const { $schema: _, ...described } = z.toJSONSchema(schema);
  return described;
}
