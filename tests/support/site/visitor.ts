import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { inject } from "vitest";
import type { ImageMessage, SiteEnv } from "../../../site/env.ts";
import { serveSite } from "../../../site/front.ts";
import { imageKey } from "../../../site/pages/keys.ts";
import { publishAlt } from "../../../site/pages/records.ts";
import { parseSiteSettings, type SiteSettings } from "../../../site/settings.ts";
import type { OriginAnswer, OriginRequest } from "./provided-origin.ts";

const messages: string[] = [];

/**
 * The bindings of the site's Worker: local, but real. The queue alone only lists what is sent, as its
 * consumer would caption images while a test looks at them.
 */
export const bindings: SiteEnv = {
  ...(env as unknown as SiteEnv),
  IMAGES: new Proxy((env as unknown as SiteEnv).IMAGES, {
    get(queue, name: keyof SiteEnv["IMAGES"]) {
      if (name !== "sendBatch") return queue[name];
      return async (batch: Iterable<MessageSendRequest<ImageMessage>>) => {
        for (const { body } of batch) messages.push(body.key);
      };
    },
  }),
};

/** Returns the keys of the images whose messages were sent since the last call. */
export function takeMessages(): string[] {
  return messages.splice(0);
}

/** The site that visitors know; its pages come from the origin of the tests. */
export const SITE = "https://site.example";

/** How a visitor asks. */
export interface VisitOptions {
  readonly method?: string;
  readonly headers?: HeadersInit;
  /** Variables of the Worker. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Bindings in place of the usual ones. */
  readonly env?: Partial<SiteEnv>;
}

/** Returns the settings of the tests' site. */
export function settingsWith(variables: Readonly<Record<string, string>> = {}): SiteSettings {
  return parseSiteSettings({ ...bindings, ORIGIN: inject("origin"), ...variables });
}

/** Asks for a path of the site as a visitor does, reads the answer, and lets the Worker finish. */
export async function visit(path: string, options: VisitOptions = {}): Promise<Response> {
  const { method = "GET", headers = {}, variables, env: other } = options;
  const context = createExecutionContext();
  const request = new Request(SITE + path, { method, headers });
  const settings = settingsWith(variables);
  const response = await serveSite(request, { ...bindings, ...other }, settings, context);
  const body = response.body && (await readAll(response.body));
  await waitOnExecutionContext(context);
  return new Response(body, response);
}

/** Reads by chunks, as `arrayBuffer()` takes what is there of a body that broke for its whole. */
async function readAll(body: ReadableStream<Uint8Array>): Promise<Blob> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return new Blob(chunks);
}

/** Puts what the origin answers for a path. */
export async function serveAt(path: string, answer: OriginAnswer): Promise<void> {
  await fetch(inject("origin") + path, { method: "PUT", body: JSON.stringify(answer) });
}

/** Puts a page for a path of the origin. */
export async function servePage(
  path: string,
  body: OriginAnswer["body"],
  more: Omit<OriginAnswer, "body"> = {},
): Promise<void> {
  const headers = more.headers ?? [["Content-Type", "text/html; charset=utf-8"]];
  await serveAt(path, { ...more, headers, body: body ?? "" });
}

/** Returns the requests that the origin got for a path since its answer was put. */
export async function requestsFor(path: string): Promise<OriginRequest[]> {
  const response = await fetch(inject("origin") + path, { method: "REPORT" });
  return (await response.json()) as OriginRequest[];
}

/** Publishes the caption of an image of the site, as the queue's consumer does. */
export async function caption(url: string, alt: string): Promise<void> {
  const { key } = await imageKey(new URL(url, SITE), settingsWith());
  await publishAlt(bindings.PAGES, key, alt);
}
