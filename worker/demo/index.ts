/**
 * `GET /`: the demo page, and the few files that it is made of.
 *
 * @module
 */

import type { Context, Hono } from "hono";
import astronaut from "../../examples/astronaut.jpg";
import chelsea from "../../examples/chelsea.jpg";
import coffee from "../../examples/coffee.jpg";
import rocket from "../../examples/rocket.jpg";
import type { Environment } from "../environment.ts";
import attention from "../site/attention.js";
import elements from "../site/elements.js";
import icon from "../site/icon.svg";
import html from "../site/index.html";
import page from "../site/page.js";
import result from "../site/result.js";
import service from "../site/service.js";
import style from "../site/style.css";

/**
 * Nothing from elsewhere but the picture that the visitor names; nothing inline; and no way to make
 * code of text.
 */
const contentSecurityPolicy = [
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

const javaScript = "text/javascript; charset=utf-8";

const files: Readonly<Record<string, readonly [type: string, body: string | ArrayBuffer]>> = {
  "/": ["text/html; charset=utf-8", html],
  "/page.js": [javaScript, page],
  "/attention.js": [javaScript, attention],
  "/elements.js": [javaScript, elements],
  "/result.js": [javaScript, result],
  "/service.js": [javaScript, service],
  "/style.css": ["text/css; charset=utf-8", style],
  "/icon.svg": ["image/svg+xml", icon],
  "/examples/astronaut.jpg": ["image/jpeg", astronaut],
  "/examples/chelsea.jpg": ["image/jpeg", chelsea],
  "/examples/coffee.jpg": ["image/jpeg", coffee],
  "/examples/rocket.jpg": ["image/jpeg", rocket],
};

/** Paths that are for people, and no part of the documented interface. */
export const demoPaths: readonly string[] = Object.keys(files);

/** Adds the page's paths to the application. */
export function serveDemo(app: Hono<Environment>): void {
  for (const [path, [type, body]] of Object.entries(files)) {
    app.get(path, (c: Context<Environment>) =>
      c.body(body, 200, {
        "Content-Type": type,
        "Cache-Control": "public, max-age=300",
        ...(path === "/" ? { "Content-Security-Policy": contentSecurityPolicy } : {}),
      }),
    );
  }
}
