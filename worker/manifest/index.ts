import type { Context } from "hono";
import type { Environment } from "../environment.ts";
import { readModelManifest } from "../model.ts";

/** `GET /model`: does not load the model. */
export async function manifest(c: Context<Environment>): Promise<Response> {
  return c.json(await readModelManifest(c.env));
}
