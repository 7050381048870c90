import type { MiddlewareHandler } from "hono";
import { parseSettings, type Settings } from "../settings/index.ts";
import type { Bindings, Environment } from "./environment.ts";

/** The bindings of an isolate never change, so they are parsed once. */
const parsedSettings = new WeakMap<Bindings, Settings>();

/** Parses the variables for the handlers that follow. */
export const provideSettings: MiddlewareHandler<Environment> = async (c, next) => {
  const settings = parsedSettings.get(c.env) ?? parseSettings(c.env);
  parsedSettings.set(c.env, settings);
  c.set("settings", settings);
  await next();
};
