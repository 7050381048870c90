/**
 * Decides which requests may have captions: all, unless keys are configured. Then a request needs an API
 * key, or a URL that was signed with a key.
 *
 * @module
 */

import type { MiddlewareHandler } from "hono";
import type { Environment } from "../http/environment.ts";
import { Problem } from "../http/problem.ts";
import { digestOf, isOneOf } from "../http/secrets.ts";
import { checkSignature, isSigned } from "./signed-url.ts";

/**
 * Refuses requests without a valid key or signature, if keys are configured.
 *
 * @throws {Problem} `unauthorized`, `signature_invalid`, `signature_expired`
 */
export const requireAccess: MiddlewareHandler<Environment> = async (c, next) => {
  const { API_KEYS, URL_KEYS } = c.var.settings;
  if (API_KEYS.length + URL_KEYS.length === 0) return next();
  const url = new URL(c.req.url);
  if (isSigned(url) && (c.req.method === "GET" || c.req.method === "HEAD")) {
    await checkSignature(url, URL_KEYS, Date.now() / 1000);
    return next();
  }
  const authorization = c.req.header("Authorization");
  const [, key] = /^Bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
  if (key !== undefined && (await isOneOf(key, API_KEYS))) {
    c.set("apiKeyDigest", await digestOf(key));
    return next();
  }
  throw unauthorized(authorization, key);
};

function unauthorized(authorization: string | undefined, key: string | undefined): Problem {
  const isMalformed = authorization !== undefined && key === undefined;
  const detail = isMalformed
    ? "The Authorization header must be `Bearer` and a key."
    : key === undefined
      ? "This service needs an API key, as `Authorization: Bearer KEY`, or a signed URL."
      : "The API key is not valid.";
  const challenge = 'Bearer realm="captions"';
  return new Problem("unauthorized", detail, {
    headers: {
      "WWW-Authenticate": key === undefined ? challenge : `${challenge}, error="invalid_token"`,
    },
  });
}
