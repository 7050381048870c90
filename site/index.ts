/**
 * The Worker in front of a site: fills in alternative texts that are missing.
 *
 * @module
 */

import type { SiteEnv } from "./env.ts";
import { parseSiteSettings } from "./settings.ts";

export default {
  async fetch(request: Request, env: SiteEnv): Promise<Response> {
    const { ORIGIN } = parseSiteSettings({ ...env });
    if (ORIGIN === undefined) return fetch(request);
    const url = new URL(request.url);
    return fetch(new Request(new URL(url.pathname + url.search, ORIGIN), request));
  },
};
