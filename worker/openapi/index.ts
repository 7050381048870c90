/**
 * `GET /openapi.json`: the service described by the schemas that it validates with.
 *
 * @module
 */

import type { Context } from "hono";
import type { Environment } from "../environment.ts";
import { describeService } from "./document.ts";

/** Written once an isolate, and only if somebody asks. */
let document: object | undefined;

/** `GET /openapi.json` */
export function openApi(c: Context<Environment>): Response {
  document ??= describeService();
  return c.json({ ...document, servers: [{ url: new URL(c.req.url).origin }] });
}
