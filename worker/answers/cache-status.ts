import type { MiddlewareHandler } from "hono";
import type { Environment } from "../environment.ts";

/** Says what the cache did, as of RFC 9211: `EdgeCaption; hit; ttl=3600`. */
export const sayCacheStatus: MiddlewareHandler<Environment> = async (c, next) => {
  await next();
  const { cache } = c.var.record;
  if (cache !== undefined) c.header("Cache-Status", `EdgeCaption; ${cache}`);
};
