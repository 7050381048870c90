import { z } from "zod";

/** Shorter secrets can be guessed. */
const MINIMUM_LENGTH = 20;

/** Parses a list of secrets. Each is valid by itself, so that they can be replaced one by one. */
export const secretListSchema = z.string().transform((list, context): string[] => {
  const secrets = list.split(",").flatMap((text) => text.trim() || []);
  for (const [index, secret] of secrets.entries()) {
    if (secret.length >= MINIMUM_LENGTH) continue;
    // The message goes into logs, so it must not contain the secret.
    const message = `number ${index + 1} is shorter than ${MINIMUM_LENGTH} characters`;
    context.addIssue({ code: "custom", message });
  }
  return secrets;
});
