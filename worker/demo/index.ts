/**
 * `GET /`: the demo page, and the files that it consists of. Their imports name the folder, because
 * the rules in wrangler.toml are matched against an import as it is written.
 *
 * @module
 */

import { Hono } from "hono";
import astronaut from "../../examples/astronaut.jpg";
import chelsea from "../../examples/chelsea.jpg";
import coffee from "../../examples/coffee.jpg";
import rocket from "../../examples/rocket.jpg";
import attention from "../demo/attention.js";
import batch from "../demo/batch.js";
import elements from "../demo/elements.js";
import icon from "../demo/icon.svg";
import html from "../demo/index.html";
import page from "../demo/page.js";
import result from "../demo/result.js";
import service from "../demo/service.js";
import style from "../demo/style.css";
import tableText from "../demo/table-text.js";
import type { Environment } from "../http/environment.ts";

/**
 * The page may load images from elsewhere, since it shows the one that was captioned, and nothing
 * else. No inline code, and no code made from text.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: https: http:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const JAVASCRIPT = "text/javascript; charset=utf-8";

const files: Readonly<Record<string, readonly [type: string, body: string | ArrayBuffer]>> = {
  "/": ["text/html; charset=utf-8", html],
  "/page.js": [JAVASCRIPT, page],
  "/attention.js": [JAVASCRIPT, attention],
  "/batch.js": [JAVASCRIPT, batch],
  "/elements.js": [JAVASCRIPT, elements],
  "/result.js": [JAVASCRIPT, result],
  "/service.js": [JAVASCRIPT, service],
  "/table-text.js": [JAVASCRIPT, tableText],
  "/style.css": ["text/css; charset=utf-8", style],
  "/icon.svg": ["image/svg+xml", icon],
  "/examples/astronaut.jpg": ["image/jpeg", astronaut],
  "/examples/chelsea.jpg": ["image/jpeg", chelsea],
  "/examples/coffee.jpg": ["image/jpeg", coffee],
  "/examples/rocket.jpg": ["image/jpeg", rocket],
};

/** The page's paths, which are not part of the documented interface. */
export const demoPaths: readonly string[] = Object.keys(files);

/** Serves the page and its files. */
export const demoRoutes = new Hono<Environment>();

for (const [path, [type, body]] of Object.entries(files)) {
  demoRoutes.get(path, (c) =>
    c.body(body, 200, {
      "Content-Type": type,
      "Cache-Control": "public, max-age=300",
      ...(path === "/" ? { "Content-Security-Policy": CONTENT_SECURITY_POLICY } : {}),
    }),
  );
}
