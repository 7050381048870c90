import { counted } from "../../node/cli/numbers.ts";
import { type Finding, note } from "./finding.ts";
import { PLAN_PRICE, PRICES } from "./prices.ts";

/** The free plan's limit for a request, in milliseconds of CPU. */
const FREE_CPU_MS = 10;

/**
 * CPU time of a caption, and of an isolate's first one: the medians "warm caption" and "first caption" of
 * `npm run bench -- --only captions`, in the run that `bench/README.md` describes. Measured on two idle
 * cores of an AMD EPYC on 2026-11-29, not on Cloudflare's network.
 */
export const MEASURED_CPU_MS = { caption: 62, firstOfAnIsolate: 502 } as const;

/** Returns the dollars for 1,000 captions beyond the included ones, without starts of isolates. */
export function costOfThousand(): number {
  const cpu = 1000 * MEASURED_CPU_MS.caption * PRICES.cpuMilliseconds.million;
  return (cpu + 1000 * PRICES.requests.million) / 1_000_000;
}

/** Returns the price of captions beyond the included ones, in dollars. */
export function costOfCaptions(captions: number): number {
  return (captions / 1000) * costOfThousand();
}

/** Returns the captions per month that the plan includes; CPU time is the tighter limit. */
export function includedCaptions(): number {
  const byCpu = PRICES.cpuMilliseconds.included / MEASURED_CPU_MS.caption;
  return Math.floor(Math.min(byCpu, PRICES.requests.included));
}

/** Describes the costs in two notes. */
export function describeCosts(): Finding[] {
  const { caption, firstOfAnIsolate } = MEASURED_CPU_MS;
  const included = Math.round(includedCaptions() / 10_000) * 10_000;
  return [
    note(
      `Workers Paid is needed ($${PLAN_PRICE} per month): a caption takes ${caption} ms of CPU, the first of an isolate ${firstOfAnIsolate} ms; the free plan allows ${FREE_CPU_MS} ms.`,
    ),
    note(
      `The plan includes about ${counted(included)} captions per month; 1,000 more cost about $${costOfThousand().toFixed(4)}.`,
    ),
  ];
}
