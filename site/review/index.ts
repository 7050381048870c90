/**
 * `GET /review`: the page on which a person has the last word, and the files that it consists of. Their
 * imports name the folder, because the rules in wrangler.toml are matched against an import as it is
 * written.
 *
 * @module
 */

import { Hono } from "hono";
import type { OwnerEnvironment } from "../api/environment.ts";
import api from "../review/api.js";
import card from "../review/card.js";
import elements from "../review/elements.js";
import icon from "../review/icon.svg";
import html from "../review/index.html";
import page from "../review/page.js";
import style from "../review/style.css";
import threshold from "../review/threshold.js";

/**
 * The page shows the site's images, from wherever they are. No inline code, and no code made from
 * text.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' https: http:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const JAVASCRIPT = "text/javascript; charset=utf-8";

const files: Readonly<Record<string, readonly [type: string, body: string]>> = {
  "/review": ["text/html; charset=utf-8", html],
  "/review/api.js": [JAVASCRIPT, api],
  "/review/card.js": [JAVASCRIPT, card],
  "/review/elements.js": [JAVASCRIPT, elements],
  "/review/icon.svg": ["image/svg+xml", icon],
  "/review/page.js": [JAVASCRIPT, page],
  "/review/style.css": ["text/css; charset=utf-8", style],
  "/review/threshold.js": [JAVASCRIPT, threshold],
};

/** Serves the page and its files, which hold nothing of the site: the page asks the API for that. */
export const reviewRoutes = new Hono<OwnerEnvironment>();

for (const [path, [type, body]] of Object.entries(files)) {
  reviewRoutes.get(path, (c) =>
    c.body(body, 200, {
      "Content-Type": type,
      "Cache-Control": "no-cache",
      "X-Robots-Tag": "noindex",
      ...(path === "/review" ? { "Content-Security-Policy": CONTENT_SECURITY_POLICY } : {}),
    }),
  );
}
