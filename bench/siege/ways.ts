import type { Battlefield } from "./attack.ts";
import { ask } from "./exchange.ts";

/** Asks for the caption of a URL in some way, and says what came of it. */
export type Way = (field: Battlefield, url: string) => Promise<string>;

/** In the query, which is UTF-8: half of a surrogate pair is none. */
export const get: Way = ({ service }, url) =>
  ask(`${service.url}/caption?url=${encodeURIComponent(url.toWellFormed())}`);

/** In JSON. */
export const post: Way = ({ service }, url) => ask(`${service.url}/caption`, json({ url }));

/** As the place that the origin redirects to. */
export const redirect: Way = (field, url) =>
  get(field, `http://${field.origin}/to?location=${encodeURIComponent(url.toWellFormed())}`);

/** Twice in a batch, whose answer is a line for each. */
export const batch: Way = ({ service }, url) =>
  ask(`${service.url}/captions`, json({ urls: [url, url] }));

/** A request whose body is JSON. */
export function json(body: unknown): RequestInit {
  const headers = { "Content-Type": "application/json" };
  return { method: "POST", headers, body: JSON.stringify(body) };
}
