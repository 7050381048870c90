import type { Judgement } from "./judge.ts";
import type { LoadReport } from "./run.ts";

/** The percentage of good requests that must be captioned at the first try. */
const MIN_GOOD_AT_FIRST_TRY = 95;

/** Tells whether all final outcomes are right, and enough good requests were captioned at the first try. */
export function isPassed({ wrong, goodAtFirstTry }: Judgement): boolean {
  return wrong.length === 0 && goodAtFirstTry >= MIN_GOOD_AT_FIRST_TRY;
}

/** Formats the results of a load as a Markdown table and some lines. */
export function describeLoad({ seconds, memory }: LoadReport, judgement: Judgement): string {
  const { kinds, goodAtFirstTry, wrong, captionsPerSecond } = judgement;
  return [
    "| request | right answer | sent | right at first try | right in the end | median ms | slowest ms |",
    "|---|---|---|---|---|---|---|",
    ...kinds.map((kind) => {
      const { rightAtFirstTry, rightInTheEnd, median, slowest } = kind;
      const counts = [kind.count, rightAtFirstTry, rightInTheEnd, median, slowest];
      return `| ${[kind.kind, kind.right, ...counts].join(" | ")} |`;
    }),
    "",
    `Good requests captioned at the first try: ${goodAtFirstTry.toFixed(1)} % (at least ${MIN_GOOD_AT_FIRST_TRY} %)`,
    `Requests with a wrong final outcome: ${wrong.length}`,
    ...wrong.map((line) => `  ${line}`),
    `${seconds.toFixed(0)} s, ${captionsPerSecond.toFixed(1)} captions per second`,
    `Resident memory of workerd after each quarter, MiB: ${memory.map((value) => value.toFixed(0)).join(", ")}`,
  ].join("\n");
}
