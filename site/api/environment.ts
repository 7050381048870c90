import type { Context } from "hono";
import type { SiteEnv } from "../env.ts";
import type { SiteSettings } from "../settings.ts";

/** Hono's environment of the owner's routes. */
export interface OwnerEnvironment {
  Bindings: SiteEnv;
  Variables: {
    requestId: string;
    settings: SiteSettings;
  };
}

/** The context of a request of the owner. */
export type OwnerContext = Context<OwnerEnvironment>;
