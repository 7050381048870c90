import type { RequestRecord } from "./log.ts";
import type { Settings } from "./settings.ts";

/** What the platform gives the Worker: see wrangler.toml. */
export interface Bindings {
  /** The released bundle's files. */
  readonly ASSETS: Fetcher;
  /** The variables, of which `settings.ts` knows all. */
  readonly [variable: string]: unknown;
}

/** What each request's handlers share. */
interface Variables {
  requestId: string;
  record: RequestRecord;
  settings: Settings;
}

export interface Environment {
  Bindings: Bindings;
  Variables: Variables;
}
