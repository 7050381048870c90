/** Headers of a request that ask for a 304 in place of an answer that the client already has. */
const CONDITIONS = ["If-None-Match", "If-Modified-Since"] as const;

/** Headers of an answer that describe its body as the origin wrote it. */
const OF_THE_BODY = [
  "Content-Digest",
  "Content-Length",
  "Content-MD5",
  "Digest",
  "ETag",
  "Last-Modified",
  "Repr-Digest",
] as const;

/** Headers of an answer that a 304 leaves out. */
const NOT_IN_304 = ["Content-Encoding", "Content-Length", "Content-Type", "Transfer-Encoding"];

/** Returns the headers of a request without its conditions. */
export function withoutConditions(headers: Headers): Headers {
  const unconditional = new Headers(headers);
  for (const name of CONDITIONS) unconditional.delete(name);
  return unconditional;
}

/**
 * Returns the headers of a page whose body is no longer the origin's. It has no validators,
 * because the origin's would hide captions that come or change later, and accepts no ranges.
 */
export function changedHeaders(headers: Headers): Headers {
  const changed = new Headers(headers);
  for (const name of OF_THE_BODY) changed.delete(name);
  changed.set("Accept-Ranges", "none");
  return changed;
}

/** Tells whether a client has an answer already (RFC 9110, 13.2.2). */
export function isNotModified(request: Request, { status, headers }: Response): boolean {
  if (status !== 200) return false;
  const etags = request.headers.get("If-None-Match");
  if (etags !== null) return matchesEtag(etags, headers.get("ETag"));
  const since = Date.parse(request.headers.get("If-Modified-Since") ?? "");
  const modified = Date.parse(headers.get("Last-Modified") ?? "");
  return modified <= since;
}

/** Compares weakly, as a 304 does. */
function matchesEtag(list: string, etag: string | null): boolean {
  if (etag === null) return false;
  if (list.trim() === "*") return true;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, "");
  return (list.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => opaque(tag) === opaque(etag));
}

/** Returns the 304 that takes an answer's place, and drops its body. */
export async function notModified(response: Response): Promise<Response> {
  await response.body?.cancel();
  const headers = new Headers(response.headers);
  for (const name of NOT_IN_304) headers.delete(name);
  return new Response(null, { status: 304, headers });
}
