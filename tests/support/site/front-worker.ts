import type { SiteEnv } from "../../../site/env.ts";
import { serveSite } from "../../../site/front.ts";
import { parseSiteSettings } from "../../../site/settings.ts";

// The visitor's side of the site's Worker by itself, without a consumer of the queue.
export default {
  fetch: (request, env, context) => serveSite(request, env, parseSiteSettings({ ...env }), context),
} satisfies ExportedHandler<SiteEnv>;
