import type { Battlefield } from "./attack.ts";
import { ask } from "./exchange.ts";

/** Requests the caption of a URL in one of the ways that the service takes URLs, and returns the outcome. */
type Way = (field: Battlefield, url: string) => Promise<string>;

/** Sends the URL in the query, which cannot hold a lone surrogate. */
export const get: Way = ({ service }, url) =>
  ask(`${service.url}/caption?url=${encodeURIComponent(url.toWellFormed())}`);

/** Sends the URL as JSON. */
export const post: Way = ({ service }, url) => ask(`${service.url}/caption`, json({ url }));

/** Sends a URL of the origin that redirects to the given one. */
export const redirect: Way = (field, url) =>
  get(field, `http://${field.origin}/to?location=${encodeURIComponent(url.toWellFormed())}`);

/** Sends the URL twice in a batch, whose answer has one line for each. */
export const batch: Way = ({ service }, url) =>
  ask(`${service.url}/captions`, json({ urls: [url, url] }));

/** Makes a POST request with JSON in its body. */
export function json(body: unknown): RequestInit {
  const headers = { "Content-Type": "application/json" };
  return { method: "POST", headers, body: JSON.stringify(body) };
}
