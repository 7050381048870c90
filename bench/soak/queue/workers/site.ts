/**
 * The site's Worker with routes that add images and audit what became of them. It divides each batch
 * among several consumers that run at once, as the platform does, and hands some messages to two of them.
 *
 * @module
 */

import type { ImageMessage, SiteEnv } from "../../../../site/env.ts";
import site from "../../../../site/index.ts";
import { readAlts } from "../../../../site/pages/records.ts";
import { sweepDue, wake } from "../../../../site/queue/index.ts";
import { parseSiteSettings } from "../../../../site/settings.ts";
import { addSeen } from "../../../../site/store/index.ts";
import type { Audit, AuditedGroup, PublishedSlice } from "../audit.ts";

/** How many consumers share a batch. */
const CONSUMERS = 4;

/** Every so manyth message is delivered twice. */
const TWICE = 10;

/** How many texts are compared in one request; KV reads 100 at once. */
const SLICE = 1000;

const routes: Readonly<Record<string, (request: Request, env: SiteEnv) => Promise<unknown>>> = {
  async "/soak/add"(request, env) {
    const images = await request.json<{ key: string; url: string }[]>();
    const added = await addSeen(env.DB, undefined, images, "list", Date.now());
    await wake(env, parseSiteSettings({ ...env }), added);
    return added.length;
  },
  async "/soak/resume"(_request, env) {
    return sweepDue(env, parseSiteSettings({ ...env }), Date.now(), { queueIsEmpty: true });
  },
  async "/soak/sweep"(_request, env) {
    return sweepDue(env, parseSiteSettings({ ...env }), Date.now());
  },
  async "/soak/audit"(_request, { DB }): Promise<Audit> {
    const [groups, twice, inFlight] = await DB.batch<AuditedGroup>([
      DB.prepare("SELECT state, problem, count(*) AS count FROM images GROUP BY state, problem"),
      DB.prepare("SELECT count(*) AS count FROM images WHERE captions > 1"),
      DB.prepare("SELECT count(*) AS count FROM images WHERE in_flight > 0"),
    ]);
    return {
      groups: groups?.results ?? [],
      captionedTwice: twice?.results[0]?.count ?? 0,
      inFlight: inFlight?.results[0]?.count ?? 0,
    };
  },
  async "/soak/published"(request, { DB, PAGES }): Promise<PublishedSlice> {
    const after = new URL(request.url).searchParams.get("after") ?? "";
    const { results } = await DB.prepare(
      "SELECT key, alt FROM images WHERE key > ?1 ORDER BY key LIMIT ?2",
    )
      .bind(after, SLICE)
      .all<{ key: string; alt: string | null }>();
    let different = 0;
    for (let start = 0; start < results.length; start += 100) {
      const rows = results.slice(start, start + 100);
      const alts = await readAlts(
        PAGES,
        rows.map(({ key }) => key),
      );
      different += rows.filter(({ key, alt }) => (alts.get(key) ?? null) !== alt).length;
    }
    const last = results.length < SLICE ? undefined : results.at(-1)?.key;
    return { different, ...(last === undefined ? {} : { last }) };
  },
};

/** A part of a batch, as a batch of its own. */
function partOf(
  batch: MessageBatch<ImageMessage>,
  messages: Message<ImageMessage>[],
): MessageBatch<ImageMessage> {
  return {
    queue: batch.queue,
    metadata: batch.metadata,
    messages,
    ackAll: () => messages.forEach((message) => void message.ack()),
    retryAll: (options) => messages.forEach((message) => void message.retry(options)),
  };
}

export default {
  async fetch(request: Request, env: SiteEnv, context: ExecutionContext): Promise<Response> {
    const route = routes[new URL(request.url).pathname];
    if (!route) return site.fetch(request, env, context);
    return Response.json(await route(request, env));
  },

  async queue(batch: MessageBatch<ImageMessage>, env: SiteEnv): Promise<void> {
    const parts = Array.from({ length: CONSUMERS }, (_, part) =>
      batch.messages.filter(
        (_message, index) =>
          index % CONSUMERS === part || (index % TWICE === 0 && (index + 1) % CONSUMERS === part),
      ),
    );
    await Promise.all(parts.map((messages) => site.queue(partOf(batch, messages), env)));
  },

  scheduled: site.scheduled,
};
