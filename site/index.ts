/**
 * The Worker in front of a site: fills in alternative texts that are missing.
 *
 * @module
 */

import type { ImageMessage, SiteEnv } from "./env.ts";
import { serveSite } from "./front.ts";
import { consume, consumeDead, sweepDue } from "./queue/index.ts";
import { parseSiteSettings } from "./settings.ts";

/** The queue of messages that were given up, as site/wrangler.toml names it. */
const DEAD_LETTERS = "edge-caption-images-dead";

export default {
  async fetch(request: Request, env: SiteEnv, context: ExecutionContext): Promise<Response> {
    // Whatever fails here, the visitor gets the origin's answer.
    context.passThroughOnException();
    return serveSite(request, env, parseSiteSettings({ ...env }), context);
  },

  async queue(batch: MessageBatch<ImageMessage>, env: SiteEnv): Promise<void> {
    if (batch.queue === DEAD_LETTERS) await consumeDead(batch, env);
    else await consume(batch, env, parseSiteSettings({ ...env }));
  },

  async scheduled(_controller: ScheduledController, env: SiteEnv): Promise<void> {
    await sweepDue(env, parseSiteSettings({ ...env }), Date.now());
  },
};
