import type { RateLimiter } from "./access/rate-limit.ts";
import type { RequestRecord } from "./log.ts";
import type { Settings } from "./settings.ts";

/** The bundle's files, by their names as paths of a URL; its host does not matter. */
export interface Assets {
  fetch(url: string): Promise<Response>;
}

/** What the platform gives the Worker: see wrangler.toml. */
export interface Bindings {
  readonly ASSETS: Assets;
  /** Counts requests, where wrangler.toml asks for it. */
  readonly RATE_LIMITER?: RateLimiter;
  /** The variables, of which `settings.ts` knows all. */
  readonly [variable: string]: unknown;
}

/** What each request's handlers share. */
interface Variables {
  requestId: string;
  record: RequestRecord;
  settings: Settings;
  /** Stands for the key that the request came with, where there are keys. */
  apiKeyDigest?: string;
  /** Where the answer goes on after it has begun: until when. */
  finished?: Promise<void>;
}

export interface Environment {
  Bindings: Bindings;
  Variables: Variables;
}
