import { type Env, Hono } from "hono";

/** A file of a page: its media type and its content. */
export type PageFile = readonly [type: string, body: string | ArrayBuffer];

/** The media type of a page's scripts. */
export const JAVASCRIPT = "text/javascript; charset=utf-8";

/**
 * Returns the Content-Security-Policy of a page that runs the service's own files only: no inline code,
 * and no code made from text.
 *
 * @param imageSources - from where else it may load images, such as `https:`.
 */
export function pagePolicy(...imageSources: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["img-src 'self'", ...imageSources].join(" "),
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
}

/**
 * Creates the routes of a page and the files that it consists of.
 *
 * @param files - by path.
 * @param page - the path of the page itself, and its policy.
 * @param headers - of every file.
 */
export function pageFiles<E extends Env>(
  files: Readonly<Record<string, PageFile>>,
  page: { readonly path: string; readonly policy: string },
  headers: Readonly<Record<string, string>>,
): Hono<E> {
  const routes = new Hono<E>();
  for (const [path, [type, body]] of Object.entries(files)) {
    const own: Record<string, string> = { "Content-Type": type, ...headers };
    if (path === page.path) own["Content-Security-Policy"] = page.policy;
    routes.get(path, (c) => c.body(body, 200, own));
  }
  return routes;
}
