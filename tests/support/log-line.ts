import { vi } from "vitest";
import type { Service } from "./service.ts";

/** Waits for the log line of a request, which is written a little later than the answer. */
export function logLineOf(
  { log }: Service,
  { headers }: { readonly headers: Headers },
): Promise<Record<string, unknown>> {
  const requestId = headers.get("X-Request-Id");
  return vi.waitFor(
    () => {
      const line = log.find((logged) => logged.requestId === requestId);
      if (!line) throw new Error(`nothing was logged about the request ${requestId}`);
      return line;
    },
    { timeout: 10_000 },
  );
}
