import { z } from "zod";

/** Makes the schema of a whole number, which a variable may also write as text. */
export function whole(minimum: number, maximum: number) {
  const digits = z.string().regex(/^[0-9]+$/, "not a whole number");
  return z.union([z.number(), digits.transform(Number)]).pipe(z.int().min(minimum).max(maximum));
}
