/**
 * The Worker in front of a site: fills in alternative texts that are missing.
 *
 * @module
 */

import { createOwnerApp } from "./api/index.ts";
import { consumeEvents } from "./buckets/consume-events.ts";
import { BUCKET_EVENTS } from "./buckets/names.ts";
import type { ImageMessage, SiteEnv } from "./env.ts";
import { serveSite } from "./front.ts";
import { consume, consumeDead, sweepDue } from "./queue/index.ts";
import { parseSiteSettings, type SiteSettings } from "./settings.ts";

/** The queue of messages that were given up, as site/wrangler.toml names it. */
const DEAD_LETTERS = "edge-caption-images-dead";

/** What an isolate needs for every request. */
interface Prepared {
  readonly settings: SiteSettings;
  readonly app: ReturnType<typeof createOwnerApp>;
}

/** The bindings of an isolate never change, so they are read once. */
const prepared = new WeakMap<SiteEnv, Prepared>();

function prepare(env: SiteEnv): Prepared {
  const known = prepared.get(env);
  if (known) return known;
  const settings = parseSiteSettings({ ...env });
  const made = { settings, app: createOwnerApp(settings) };
  prepared.set(env, made);
  return made;
}

export default {
  async fetch(request: Request, env: SiteEnv, context: ExecutionContext): Promise<Response> {
    // Whatever fails here, the visitor gets the origin's answer.
    context.passThroughOnException();
    const { settings, app } = prepare(env);
    const { pathname } = new URL(request.url);
    if (pathname.startsWith(settings.PREFIX)) return app.fetch(request, env, context);
    return serveSite(request, env, settings, context);
  },

  async queue(batch: MessageBatch<ImageMessage>, env: SiteEnv): Promise<void> {
    const { settings } = prepare(env);
    if (batch.queue === DEAD_LETTERS) await consumeDead(batch, env);
    else if (batch.queue === BUCKET_EVENTS) await consumeEvents(batch, env, settings);
    else await consume(batch, env, settings);
  },

  async scheduled(_controller: ScheduledController, env: SiteEnv): Promise<void> {
    await sweepDue(env, prepare(env).settings, Date.now());
  },
};
