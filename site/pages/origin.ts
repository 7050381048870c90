import type { SiteSettings } from "../settings.ts";
import { withoutConditions } from "./validators.ts";

/** Destinations of requests (`Sec-Fetch-Dest`) that may be for a page; `empty` is a script's. */
const PAGE_DESTINATIONS = ["document", "iframe", "frame", "embed", "object", "empty"];

/** The codings that the runtime decodes. */
const DECODED = /^\s*(gzip|br)\s*(;|$)/i;

/** Tells whether a request may be for a page, as far as it says what it is for. */
export function mayBeForPage({ method, headers }: Request): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  const destination = headers.get("Sec-Fetch-Dest");
  if (destination !== null) return PAGE_DESTINATIONS.includes(destination);
  const accept = headers.get("Accept") ?? "*/*";
  return accept.trim() === "*/*" || accept.includes("text/html");
}

/**
 * Fetches what a request asks for from the origin.
 *
 * A request for a page goes without its conditions, as a 304 would hide captions that came after
 * the visitor's copy, and accepts only compression that the runtime can undo.
 */
export async function fetchOrigin(request: Request, settings: SiteSettings): Promise<Response> {
  const target = settings.ORIGIN ? atOrigin(request.url, settings.ORIGIN) : request.url;
  const headers = mayBeForPage(request)
    ? pageHeaders(request.headers)
    : new Headers(request.headers);
  if (settings.ORIGIN) sayWhoAsked(request, headers);
  const answer = await fetch(
    new Request(new Request(target, request), { headers, redirect: "manual" }),
  );
  return settings.ORIGIN ? leadBack(answer, request.url, settings.ORIGIN) : answer;
}

function atOrigin(url: string, origin: URL): string {
  const { pathname, search } = new URL(url);
  const target = new URL(origin);
  target.pathname = pathname;
  target.search = search;
  return target.href;
}

function pageHeaders(asked: Headers): Headers {
  const headers = withoutConditions(asked);
  const codings = (asked.get("Accept-Encoding") ?? "").split(",");
  headers.set(
    "Accept-Encoding",
    codings.filter((coding) => DECODED.test(coding)).join(",") || "identity",
  );
  return headers;
}

/** Lets an origin that another host stands in front of write the addresses that visitors know. */
function sayWhoAsked({ url }: Request, headers: Headers): void {
  const { host, protocol } = new URL(url);
  headers.set("X-Forwarded-Host", host);
  headers.set("X-Forwarded-Proto", protocol.slice(0, -1));
}

/** Turns a redirect to the origin's own address into one to the address that the visitor knows. */
function leadBack(answer: Response, asked: string, origin: URL): Response {
  const location = answer.headers.get("Location");
  const target = location === null ? null : URL.parse(location);
  if (target?.origin !== origin.origin) return answer;
  const headers = new Headers(answer.headers);
  headers.set("Location", atOrigin(target.href, new URL(asked)) + target.hash);
  return new Response(answer.body, {
    status: answer.status,
    statusText: answer.statusText,
    headers,
  });
}
