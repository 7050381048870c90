import type { Battlefield } from "./attack.ts";
import { ask } from "./exchange.ts";

/** Requests the caption of a URL in one of the ways that the service takes URLs, and returns the outcome. */
type Way = (field: Battlefield, url: string) => Promise<string>;

/** In the query, which cannot hold a lone surrogate. */
export const get: Way = ({ service }, url) =>
  ask(`${service.url}/caption?url=${encodeURIComponent(url.toWellFormed())}`);

/** In JSON. */
export const post: Way = ({ service }, url) => ask(`${service.url}/caption`, json({ url }));

/** As the location that the origin redirects to. */
export const redirect: Way = (field, url) =>
  get(field, `http://${field.origin}/to?location=${encodeURIComponent(url.toWellFormed())}`);

/** Twice in a batch, which has one line for each in its answer. */
export const batch: Way = ({ service }, url) =>
  ask(`${service.url}/captions`, json({ urls: [url, url] }));

/** Makes a POST request with JSON in its body. */
export function json(body: unknown): RequestInit {
  const headers = { "Content-Type": "application/json" };
  return { method: "POST", headers, body: JSON.stringify(body) };
}
