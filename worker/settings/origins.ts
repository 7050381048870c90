import { z } from "zod";

/** Parses `*`, or `https://example.com, http://localhost:3000`. */
export const originListSchema = z.string().transform((list, context): string[] => {
  const origins = list.split(",").flatMap((text) => text.trim() || []);
  for (const origin of origins) {
    const isOrigin = !origin.includes("*") && URL.parse(origin)?.origin === origin;
    if (isOrigin || origin === "*") continue;
    context.addIssue({ code: "custom", message: `"${origin}" is not of the form https://host` });
  }
  return origins;
});
