import { counted } from "../../node/cli/numbers.ts";
import { MEASURED_CPU_MS } from "./costs.ts";
import { type Finding, note } from "./finding.ts";
import { PLAN_PRICE, PRICES } from "./prices.ts";

/**
 * What captioning one image takes, found on a page with nine others, without retries. The rows are those that local
 * D1 counts: `npm test -- tests/site/queue/rows.workerd.test.ts` measures them. Rows that are only read cost nothing at
 * any number of images that one database has room for.
 */
export const PER_IMAGE = {
  cpuMilliseconds: MEASURED_CPU_MS.caption,
  queueOperations: 3,
  keysWritten: 1,
  rowsWritten: 17,
} as const satisfies Partial<Record<keyof typeof PRICES, number>>;

/** The numbers of images a month that the costs are given for. */
export const COST_EXAMPLES = [1000, 100_000, 10_000_000] as const;

/** Returns the price per month for a number of new images per month, in dollars, the plan included. */
export function monthlyCost(images: number): number {
  const micros = Object.entries(PER_IMAGE).map(([name, each]) => {
    const { included, million } = PRICES[name as keyof typeof PER_IMAGE];
    return Math.max(0, images * each - included) * million;
  });
  return PLAN_PRICE + micros.reduce((sum, cost) => sum + cost, 0) / 1_000_000;
}

/** Describes what a site's images cost. */
export function describeSiteCosts(): Finding[] {
  const costs = COST_EXAMPLES.map(
    (images) => `${counted(images)} images: $${Math.round(monthlyCost(images))}`,
  );
  return [
    note(
      `The costs of a month by its new images, the plan included: ${costs.join("; ")}. Visits cost their requests ($${PRICES.requests.million} a million beyond the plan's) and the captions that they read from KV ($${PRICES.keysRead.million} a million); images in buckets, a read of R2 each ($${PRICES.objectsRead.million} a million).`,
    ),
  ];
}
