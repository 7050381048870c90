import { MEASURED_CPU_MS, PRICES as WORKERS } from "./costs.ts";
import { type Finding, note } from "./finding.ts";

/**
 * Prices beyond Workers itself in US dollars for a million, and what Workers Paid includes each month, from
 * https://developers.cloudflare.com/workers/platform/pricing/ in November 2026. KV counts keys, D1 rows
 * (and those of indexes that change), Queues each write, read and deletion of a message.
 */
const PRICES = {
  queueOperations: { included: 1_000_000, million: 0.4 },
  keysWritten: { included: 1_000_000, million: 5 },
  rowsWritten: { included: 50_000_000, million: 1 },
} as const;

/**
 * What captioning one image takes, without retries. The rows are an estimate from the statements of site/store
 * with their indexes, not measured on Cloudflare's network.
 */
export const PER_IMAGE = { queueOperations: 3, keysWritten: 1, rowsWritten: 25 } as const;

/** The numbers of images a month that the costs are given for. */
export const COST_EXAMPLES = [1000, 100_000, 10_000_000] as const;

/** Returns the dollars a month for captioning so many new images a month, the plan itself included. */
export function monthlyCost(images: number): number {
  const cpu = beyond(images * MEASURED_CPU_MS.caption, WORKERS.includedCpuMilliseconds);
  const operations = Object.entries(PER_IMAGE).reduce((sum, [name, each]) => {
    const { included, million } = PRICES[name as keyof typeof PER_IMAGE];
    return sum + beyond(images * each, included) * million;
  }, 0);
  return WORKERS.month + (cpu * WORKERS.millionCpuMilliseconds + operations) / 1_000_000;
}

function beyond(used: number, included: number): number {
  return Math.max(0, used - included);
}

/** Describes what a site's images cost. */
export function describeSiteCosts(): Finding[] {
  const costs = COST_EXAMPLES.map(
    (images) => `${images.toLocaleString("en")} images: $${Math.round(monthlyCost(images))}`,
  );
  return [
    note(
      `A month with so many new images costs, the plan included: ${costs.join("; ")}. Visits cost their requests ($${WORKERS.millionRequests} a million beyond the plan's) and the captions that they read from KV.`,
    ),
  ];
}
