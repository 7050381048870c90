/**
 * Who may have captions: everybody, unless there are keys; then whoever has one, or comes by a URL
 * that was signed with one.
 *
 * @module
 */

import type { MiddlewareHandler } from "hono";
import type { Environment } from "../environment.ts";
import { Problem } from "../problem.ts";
import { ownRequestHeader } from "./own-request.ts";
import { digestOf, isOneOf } from "./secrets.ts";
import { checkSignature, isSigned } from "./signed-url.ts";

/** @throws Problem `own_request` */
export const refuseItself: MiddlewareHandler<Environment> = (c, next) => {
  if (c.req.header(ownRequestHeader) === undefined) return next();
  throw new Problem("own_request", "The service was asked to fetch a picture from itself.");
};

/** @throws Problem `unauthorized`, `signature_invalid`, `signature_expired` */
export const requireAccess: MiddlewareHandler<Environment> = async (c, next) => {
  const { API_KEYS, URL_KEYS } = c.var.settings;
  if (API_KEYS.length + URL_KEYS.length === 0) return next();
  const url = new URL(c.req.url);
  if (isSigned(url) && (c.req.method === "GET" || c.req.method === "HEAD")) {
    await checkSignature(url, URL_KEYS, Date.now() / 1000);
    return next();
  }
  const [, key = ""] = /^Bearer +(\S+)$/i.exec(c.req.header("Authorization") ?? "") ?? [];
  if (await isOneOf(key, API_KEYS)) {
    c.set("apiKeyDigest", await digestOf(key));
    return next();
  }
  throw new Problem("unauthorized", "Send `Authorization: Bearer` and a key, or a signed URL.", {
    headers: { "WWW-Authenticate": 'Bearer realm="captions"' },
  });
};
