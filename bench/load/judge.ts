import { summarize } from "../measure/statistics.ts";
import type { LoadReport } from "./index.ts";
import type { LoadRequest } from "./mix.ts";

/** What a load must show, and what it showed. */
export interface Judgement {
  /** Requests by kind: how many, how many were right at the first try, and in the end. */
  readonly kinds: readonly KindCount[];
  /** Of the good ones, how many of a hundred had their caption at the first try. */
  readonly goodAtFirstTry: number;
  /** What became of those that ended otherwise than they should. */
  readonly wrong: readonly string[];
  /** The process at the end of the last quarter, over that at the end of the second. */
  readonly memoryGrowth: number;
  readonly captionsASecond: number;
}

export interface KindCount {
  readonly kind: string;
  readonly right: string;
  readonly count: number;
  readonly atFirstTry: number;
  readonly inTheEnd: number;
  /** Milliseconds until the end, retries included: the median, and that of the slowest. */
  readonly median: number;
  readonly slowest: number;
}

export function judgeLoad({ results, seconds, memory }: LoadReport): Judgement {
  const good = results.filter(({ request }) => request.isGood);
  const atFirstTry = good.filter(({ tries, request }) => isRight(request, tries[0])).length;
  const wrong = results
    .filter(({ tries, request }) => !isRight(request, tries.at(-1)))
    .map(({ request, tries }) => `${request.kind}: ${tries.join(", then ")}`);
  return {
    kinds: countKinds(results),
    goodAtFirstTry: (100 * atFirstTry) / good.length,
    wrong,
    memoryGrowth: (memory[3] ?? Number.NaN) / (memory[1] ?? Number.NaN),
    captionsASecond: good.length / seconds,
  };
}

function isRight({ right }: LoadRequest, outcome: string | undefined): boolean {
  return right.some((one) => one === outcome);
}

function countKinds(results: LoadReport["results"]): KindCount[] {
  return [...Map.groupBy(results, ({ request }) => request.kind)].map(([kind, those]) => {
    const right = those[0]?.request.right.join(" or ") ?? "";
    const times = those.map(({ milliseconds }) => milliseconds);
    return {
      kind,
      right,
      count: those.length,
      atFirstTry: those.filter(({ request, tries }) => isRight(request, tries[0])).length,
      inTheEnd: those.filter(({ request, tries }) => isRight(request, tries.at(-1))).length,
      median: Math.round(summarize(times).value),
      slowest: Math.round(Math.max(...times)),
    };
  });
}
