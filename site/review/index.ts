/**
 * `GET /review`: the page on which a person has the last word, and the files that it consists of. Their
 * imports name the folder, because the rules in wrangler.toml are matched against an import as it is
 * written.
 *
 * @module
 */

import { JAVASCRIPT, type PageFile, pageFiles, pagePolicy } from "../../worker/http/page-files.ts";
import type { OwnerEnvironment } from "../api/environment.ts";
import api from "../review/api.js";
import card from "../review/card.js";
import elements from "../review/elements.js";
import icon from "../review/icon.svg";
import html from "../review/index.html";
import page from "../review/page.js";
import style from "../review/style.css";
import threshold from "../review/threshold.js";

const files: Readonly<Record<string, PageFile>> = {
  "/review": ["text/html; charset=utf-8", html],
  "/review/api.js": [JAVASCRIPT, api],
  "/review/card.js": [JAVASCRIPT, card],
  "/review/elements.js": [JAVASCRIPT, elements],
  "/review/icon.svg": ["image/svg+xml", icon],
  "/review/page.js": [JAVASCRIPT, page],
  "/review/style.css": ["text/css; charset=utf-8", style],
  "/review/threshold.js": [JAVASCRIPT, threshold],
};

/**
 * Serves the page and its files, which hold nothing of the site: the page asks the API for that. It shows
 * the site's images, from wherever they are.
 */
export const reviewRoutes = pageFiles<OwnerEnvironment>(
  files,
  { path: "/review", policy: pagePolicy("https:", "http:") },
  { "Cache-Control": "no-cache", "X-Robots-Tag": "noindex" },
);
