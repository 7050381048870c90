import type { Context } from "hono";
import type { Environment } from "../environment.ts";
import { describeModel } from "../model.ts";

/** `GET /model`: does not load the model. */
export async function manifest(c: Context<Environment>): Promise<Response> {
  const model = await describeModel(c.env, (promise) => c.executionCtx.waitUntil(promise));
  return c.json(model.manifest, 200, { "Cache-Control": "no-store" });
}
