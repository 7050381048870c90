import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { ImageMessage, SiteEnv } from "../../../site/env.ts";
import { consume } from "../../../site/queue/index.ts";
import { parseSiteSettings, type SiteSettings } from "../../../site/settings.ts";
import { addSeen } from "../../../site/store/index.ts";

export const bindings = env as unknown as SiteEnv;

/** A queue that keeps the messages that it is sent. */
export function recordingQueue() {
  const sent: MessageSendRequest<ImageMessage>[] = [];
  const queue = {
    async sendBatch(messages: Iterable<MessageSendRequest<ImageMessage>>) {
      sent.push(...messages);
    },
  };
  return { sent, queue: queue as unknown as Queue<ImageMessage> };
}

/** The Worker's bindings, with a queue that delivers nothing. */
export function quietBindings(changes: Partial<SiteEnv> = {}): SiteEnv {
  return { ...bindings, IMAGES: recordingQueue().queue, ...changes };
}

/** Settings without a pace, for images whose hosts are the owner's. */
export function settingsWith(variables: Readonly<Record<string, unknown>> = {}): SiteSettings {
  return parseSiteSettings({ HOST_INTERVAL_MS: 0, OWN_HOSTS: "*.example", ...variables });
}

let images = 0;

/** Adds images with new keys, and returns the keys in the order of the URLs. */
export async function addImages(urls: readonly string[], now = Date.now()): Promise<string[]> {
  const keyed = urls.map((url) => ({ key: String(++images).padStart(32, "0"), url }));
  await addSeen(bindings.DB, undefined, keyed, "list", now);
  return keyed.map(({ key }) => key);
}

/** Delivers messages to the consumer. */
export async function deliver(
  keys: readonly string[],
  settings: SiteSettings,
  siteEnv: SiteEnv = quietBindings(),
) {
  const messages = keys.map((key, index) => ({
    ...{ id: `${key}-${index}`, timestamp: new Date(), attempts: 1 },
    body: { key },
  }));
  const batch = createMessageBatch<ImageMessage>("edge-caption-images", messages);
  await consume(batch, siteEnv, settings);
  return getQueueResult(batch, createExecutionContext());
}

/** A row of an image, as D1 has it. */
export async function rowOf(key: string): Promise<Record<string, unknown>> {
  const row = await bindings.DB.prepare("SELECT * FROM images WHERE key = ?1").bind(key).first();
  return row ?? {};
}

/** The alternative text of an image that pages get. */
export async function publishedAlt(key: string): Promise<string | null> {
  return bindings.PAGES.get(`image:${key}`);
}
