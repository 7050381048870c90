const RETRY_STATUSES: readonly number[] = [429, 503];

/** The longest wait that is passed on: more is most likely a mistake of the server. */
const MAXIMUM_SECONDS = 86_400;

/** Returns a server's `Retry-After` as a header of seconds, if it asks for a pause (RFC 9110, 10.2.3). */
export function readRetryAfter({ status, headers }: Response, now: number): Record<string, string> {
  const text = headers.get("Retry-After")?.trim() ?? "";
  if (!RETRY_STATUSES.includes(status) || text === "") return {};
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - now) / 1000;
  if (Number.isNaN(seconds)) return {};
  return { "Retry-After": String(Math.ceil(Math.min(MAXIMUM_SECONDS, Math.max(0, seconds)))) };
}
