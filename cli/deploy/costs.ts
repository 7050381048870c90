import { type Finding, note } from "./finding.ts";

/**
 * What Workers Paid costs, in US dollars.
 *
 * From https://developers.cloudflare.com/workers/platform/pricing/, as it stood in November 2026.
 */
export const prices = {
  month: 5,
  includedRequests: 10_000_000,
  millionRequests: 0.3,
  includedCpuMilliseconds: 30_000_000,
  millionCpuMilliseconds: 0.02,
} as const;

/** The free plan's limit of a request, in milliseconds of CPU. */
export const freeCpuMilliseconds = 10;

/**
 * CPU of a caption, and of an isolate's first one: the medians that `npm run bench -- --only captions`
 * prints as "warm caption" and "first caption", in the run of which `bench/README.md` tells. Measured on
 * two cores of an AMD EPYC with nothing else on them, 2026-11-23; not on Cloudflare's network.
 */
export const measuredCpuMilliseconds = { caption: 77, firstOfAnIsolate: 923 } as const;

/** Dollars for 1,000 captions beyond those that a month includes, if no isolate began for them. */
export function costOfThousand(): number {
  const cpu = 1000 * measuredCpuMilliseconds.caption * prices.millionCpuMilliseconds;
  return (cpu + 1000 * prices.millionRequests) / 1_000_000;
}

/** Captions a month that cost nothing beyond the plan: CPU runs out long before requests do. */
export function includedCaptions(): number {
  const byCpu = prices.includedCpuMilliseconds / measuredCpuMilliseconds.caption;
  return Math.floor(Math.min(byCpu, prices.includedRequests));
}

export function describeCosts(): Finding[] {
  const { caption, firstOfAnIsolate } = measuredCpuMilliseconds;
  const included = Math.round(includedCaptions() / 10_000) * 10_000;
  return [
    note(
      `Workers Paid is needed ($${prices.month} a month): a caption took ${caption} ms of CPU, an isolate's first ${firstOfAnIsolate} ms; the free plan allows ${freeCpuMilliseconds} ms.`,
    ),
    note(
      `1,000 captions cost about $${costOfThousand().toFixed(4)} beyond the some ${included.toLocaleString("en")} a month that the plan includes.`,
    ),
  ];
}
