/**
 * `GET /`: the demo page, and the files that it consists of. Their imports name the folder, because
 * the rules in wrangler.toml are matched against an import as it is written.
 *
 * @module
 */

import astronaut from "../../examples/astronaut.jpg";
import chelsea from "../../examples/chelsea.jpg";
import coffee from "../../examples/coffee.jpg";
import flowers from "../../examples/flowers.jpg";
import rocket from "../../examples/rocket.jpg";
import attention from "../demo/attention.js";
import batch from "../demo/batch.js";
import elements from "../demo/elements.js";
import here from "../demo/here.js";
import icon from "../demo/icon.svg";
import html from "../demo/index.html";
import serviceWorker from "../demo/offline/service-worker.js";
import page from "../demo/page.js";
import result from "../demo/result.js";
import service from "../demo/service.js";
import style from "../demo/style.css";
import tableText from "../demo/table-text.js";
import type { Environment } from "../http/environment.ts";
import { JAVASCRIPT, type PageFile, pageFiles, pagePolicy } from "../http/page-files.ts";

const files: Readonly<Record<string, PageFile>> = {
  "/": ["text/html; charset=utf-8", html],
  "/page.js": [JAVASCRIPT, page],
  "/attention.js": [JAVASCRIPT, attention],
  "/batch.js": [JAVASCRIPT, batch],
  "/elements.js": [JAVASCRIPT, elements],
  "/here.js": [JAVASCRIPT, here],
  "/result.js": [JAVASCRIPT, result],
  "/service.js": [JAVASCRIPT, service],
  "/table-text.js": [JAVASCRIPT, tableText],
  "/style.css": ["text/css; charset=utf-8", style],
  "/icon.svg": ["image/svg+xml", icon],
  "/examples/astronaut.jpg": ["image/jpeg", astronaut],
  "/examples/chelsea.jpg": ["image/jpeg", chelsea],
  "/examples/coffee.jpg": ["image/jpeg", coffee],
  "/examples/flowers.jpg": ["image/jpeg", flowers],
  "/examples/rocket.jpg": ["image/jpeg", rocket],
};

/** The page's paths, which are not part of the documented interface. */
export const demoPaths: readonly string[] = [...Object.keys(files), "/service-worker.js"];

/** Lets the page's service worker fetch from the service alone, and nothing else. */
const SERVICE_WORKER_POLICY = "default-src 'none'; connect-src 'self'";

/** Serves the page and its files. The page shows the image that was captioned, from wherever it is. */
export const demoRoutes = pageFiles<Environment>(
  files,
  { path: "/", policy: pagePolicy("blob:", "https:", "http:") },
  { "Cache-Control": "public, max-age=300" },
).get("/service-worker.js", (c) =>
  c.body(serviceWorker, 200, {
    "Content-Type": JAVASCRIPT,
    "Cache-Control": "no-cache",
    "Content-Security-Policy": SERVICE_WORKER_POLICY,
  }),
);
