/**
 * The prices of Workers Paid in US dollars: what the plan includes each month, and a million beyond that. From
 * https://developers.cloudflare.com/workers/platform/pricing/, read in November 2026.
 *
 * Queues counts each write, read and deletion of a message; KV each key; D1 each row, and each entry of an
 * index that changes. Calls by a service binding are no requests.
 */
export const PRICES = {
  requests: { included: 10_000_000, million: 0.3 },
  cpuMilliseconds: { included: 30_000_000, million: 0.02 },
  queueOperations: { included: 1_000_000, million: 0.4 },
  keysRead: { included: 10_000_000, million: 0.5 },
  keysWritten: { included: 1_000_000, million: 5 },
  rowsRead: { included: 25_000_000_000, million: 0.001 },
  rowsWritten: { included: 50_000_000, million: 1 },
  objectsRead: { included: 10_000_000, million: 0.36 },
} as const;

/** The plan itself, in US dollars a month. */
export const PLAN_PRICE = 5;
