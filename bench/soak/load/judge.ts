import { summarize } from "../../measure/statistics.ts";
import type { LoadResult } from "./drive.ts";
import type { LoadRequest } from "./mix.ts";
import type { LoadReport } from "./run.ts";

/** The results of a load, counted. */
export interface Judgement {
  readonly kinds: readonly KindCount[];
  /** Percentage of good requests that were captioned at the first try. */
  readonly goodAtFirstTry: number;
  /** A line for each request with a wrong final outcome. */
  readonly wrong: readonly string[];
  /** Resident memory after the last quarter, divided by that after the second. */
  readonly memoryGrowth: number;
  readonly captionsPerSecond: number;
}

/** The results of one kind of request. */
interface KindCount {
  readonly kind: string;
  readonly right: string;
  readonly count: number;
  readonly rightAtFirstTry: number;
  readonly rightInTheEnd: number;
  /** Milliseconds until the final outcome, retries included: median and maximum. */
  readonly median: number;
  readonly slowest: number;
}

/** Counts the results of a load. */
export function judgeLoad({ results, seconds, memory }: LoadReport): Judgement {
  const good = results.filter(({ request }) => request.isGood);
  const atFirstTry = good.filter(isRightAtFirstTry).length;
  const wrong = results
    .filter((result) => !isRightInTheEnd(result))
    .map(({ request, tries }) => `${request.kind}: ${tries.join(", then ")}`);
  return {
    kinds: countKinds(results),
    goodAtFirstTry: (100 * atFirstTry) / good.length,
    wrong,
    memoryGrowth: (memory[3] ?? Number.NaN) / (memory[1] ?? Number.NaN),
    captionsPerSecond: good.length / seconds,
  };
}

function isRight({ right }: LoadRequest, outcome: string | undefined): boolean {
  return right.some((one) => one === outcome);
}

function isRightAtFirstTry({ request, tries }: LoadResult): boolean {
  return isRight(request, tries[0]);
}

function isRightInTheEnd({ request, tries }: LoadResult): boolean {
  return isRight(request, tries.at(-1));
}

function countKinds(results: LoadReport["results"]): KindCount[] {
  return [...Map.groupBy(results, ({ request }) => request.kind)].map(([kind, those]) => {
    const times = those.map(({ milliseconds }) => milliseconds);
    return {
      kind,
      right: those[0]?.request.right.join(" or ") ?? "",
      count: those.length,
      rightAtFirstTry: those.filter(isRightAtFirstTry).length,
      rightInTheEnd: those.filter(isRightInTheEnd).length,
      median: Math.round(summarize(times).value),
      slowest: Math.round(Math.max(...times)),
    };
  });
}
