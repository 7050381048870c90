import type { SiteSettings } from "../settings.ts";

/**
 * Tells whether an answer is for one visitor alone, so that nothing about its page may be stored.
 *
 * @param settings - `PRIVATE_COOKIES` names cookies that make a request private; a * at the end
 *   stands for any ending.
 */
export function isPrivate(
  request: Request,
  response: Response,
  { PRIVATE_COOKIES }: Pick<SiteSettings, "PRIVATE_COOKIES">,
): boolean {
  if (request.headers.has("Authorization") || response.headers.has("Set-Cookie")) return true;
  if (hasDirective(response, "private") || hasDirective(response, "no-store")) return true;
  const cookies = (request.headers.get("Cookie") ?? "").split(";");
  const names = cookies.map((cookie) => cookie.split("=", 1)[0]?.trim() ?? "");
  return PRIVATE_COOKIES.some((pattern) => names.some((name) => matchesName(name, pattern)));
}

function matchesName(name: string, pattern: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** Tells whether an answer's `Cache-Control` has a directive, with or without a value. */
export function hasDirective(response: Response, directive: string): boolean {
  const control = response.headers.get("Cache-Control") ?? "";
  return control.split(",").some((part) => part.split("=")[0]?.trim().toLowerCase() === directive);
}
