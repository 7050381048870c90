import { z } from "zod";

const label = "[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?";
const pattern = new RegExp(`^(\\*\\.)?(${label}\\.)*${label}$`);

/** `example.com, *.example.net`: hosts, and all of the hosts below one. */
export const hostPatternsSchema = z.string().transform((list, context): string[] => {
  const patterns = list.split(",").flatMap((text) => text.trim().toLowerCase() || []);
  for (const host of patterns.filter((text) => !pattern.test(text))) {
    context.addIssue({ code: "custom", message: `"${host}" is neither a host nor *. and a host` });
  }
  return patterns;
});

/** @param hostname - `URL.hostname` without a trailing dot. */
export function isNamed(hostname: string, patterns: readonly string[]): boolean {
  return patterns.some((host) =>
    host.startsWith("*.") ? hostname.endsWith(host.slice(1)) : hostname === host,
  );
}
