import { z } from "zod";

const label = "[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?";
const pattern = new RegExp(`^(\\*\\.)?(${label}\\.)*${label}$`);

/** Parses `example.com, *.example.net`; the second stands for every host below example.net. */
export const hostPatternsSchema = z.string().transform((list, context): string[] => {
  const patterns = list.split(",").flatMap((text) => text.trim().toLowerCase() || []);
  for (const host of patterns.filter((text) => !pattern.test(text))) {
    context.addIssue({ code: "custom", message: `"${host}" is neither a host nor *. and a host` });
  }
  return patterns;
});

/**
 * Tells whether one of the patterns matches a host.
 *
 * @param hostname - as {@link plainHostname} returns it.
 */
export function matchesHost(hostname: string, patterns: readonly string[]): boolean {
  return patterns.some((host) =>
    host.startsWith("*.") ? hostname.endsWith(host.slice(1)) : hostname === host,
  );
}

/** Returns a URL's host as the URL parser writes it, without the dot that makes a name absolute. */
export function plainHostname(url: URL): string {
  return url.hostname.replace(/\.+$/, "");
}
