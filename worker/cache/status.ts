import type { MiddlewareHandler } from "hono";
import type { Environment } from "../http/environment.ts";

/** Reports what the cache did (RFC 9211): `Cache-Status: EdgeCaption; hit; ttl=3600`. */
export const reportCacheStatus: MiddlewareHandler<Environment> = async (c, next) => {
  await next();
  const { cache } = c.var.record;
  if (cache !== undefined) c.header("Cache-Status", `EdgeCaption; ${cache}`);
};
