import type { Settings } from "../settings/index.ts";
import type { RequestRecord } from "./log.ts";

/** Serves the bundle's files by name: the path of the URL. The URL's host is ignored. */
export interface Assets {
  fetch(url: string): Promise<Response>;
}

/** Cloudflare's rate-limiting binding, which only tells whether one more call is within the limit. */
interface RateLimiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/** What the platform gives the Worker: see wrangler.toml. */
export interface Bindings {
  readonly ASSETS: Assets;
  /** Present if wrangler.toml configures a rate limit. */
  readonly RATE_LIMITER?: RateLimiter;
  /** The variables; `settings/` has the list. */
  readonly [variable: string]: unknown;
}

/** What the handlers of a request share. */
interface Variables {
  requestId: string;
  record: RequestRecord;
  settings: Settings;
  /** A digest of the API key that the request came with, if keys are configured. */
  apiKeyDigest?: string;
  /** Settles when a streamed answer has ended. */
  finished?: Promise<void>;
}

/** Hono's environment: bindings, and variables of a request. */
export interface Environment {
  Bindings: Bindings;
  Variables: Variables;
}

/**
 * A request's `waitUntil`: keeps the request running for a promise that other requests wait for,
 * even when the request's own client has disconnected.
 */
export type KeepAlive = (promise: Promise<unknown>) => void;
